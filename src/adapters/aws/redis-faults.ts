/**
 * Names what is wrong with Redis, from the error that the client threw. Redis begins the text of an error with its
 * code. Inside a script older servers put their own text before the code.
 */

import type { Redis } from 'ioredis'
import { OperationalFailure } from '../../protocol/failure.ts'
import type { ServiceFault } from '../../protocol/service-fault.ts'

const FAULTS: readonly (readonly [RegExp, ServiceFault, string])[] = [
  [/\bOOM command not allowed/, 'cache_full', 'Redis is full and refuses writes; it needs a larger node'],
  [/\b(WRONGPASS|NOAUTH)\b|invalid (username-)?password/i, 'cache_token_refused', 'Redis refuses the token'],
  [/\bNOPERM\b/, 'cache_not_permitted', 'the user of Redis lacks a permission'],
  [/\b(MOVED|ASK) \d+|\b(CROSSSLOT|TRYAGAIN)\b|non local key/, 'cache_moved', 'another node of Redis has the key'],
  [/\bREADONLY\b/, 'cache_read_only', 'this node of Redis is a replica'],
  [/\b(LOADING|MASTERDOWN|CLUSTERDOWN|NOREPLICAS)\b/, 'cache_not_ready', 'Redis does not serve yet'],
  [/Command timed out/, 'cache_timeout', 'Redis did not answer in time'],
  [
    /max retries per request|Connection is closed|ECONN|EPIPE|ENOENT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT/,
    'cache_unreachable',
    'there is no connection to Redis',
  ],
]

/** Why a connection does not work, if it does not. */
export interface ConnectionState {
  broken: Error | undefined
}

const states = new WeakMap<object, ConnectionState>()

/** Follows a connection. A command that finds none does not say why. */
export function connectionState(redis: Pick<Redis, 'on'>): ConnectionState {
  const known = states.get(redis)
  if (known !== undefined) return known
  const state: ConnectionState = { broken: undefined }
  states.set(redis, state)
  redis.on('error', (cause: Error) => {
    state.broken = cause
  })
  redis.on('ready', () => {
    state.broken = undefined
  })
  return state
}

/**
 * An error of the client without its command. The arguments are the token, or up to a megabyte of orders, and the logger
 * writes all that an error has.
 */
export function withoutCommand(error: unknown): unknown {
  if (!(error instanceof Error) || !('command' in error)) return error
  const { name, message, stack } = error
  const { code } = error as NodeJS.ErrnoException
  return Object.assign(new Error(message), { name, stack, ...(code !== undefined && { code }) })
}

/**
 * The failure of a command. `broken`: why the connection does not work.
 */
export function redisFailure(what: string, cause: unknown, broken?: Error): OperationalFailure {
  const named = faultOf(cause)
  const [fault, text, error] =
    named[0] === 'cache_unreachable' && broken !== undefined
      ? ([...faultOf(broken), broken] as const)
      : ([...named, cause] as const)
  const detail = error instanceof Error ? error.message : error
  const options = { retryable: true, cause: withoutCommand(cause), fault }
  return new OperationalFailure('unavailable', `${what}: ${text} (${detail})`, options)
}

function faultOf(cause: unknown): readonly [ServiceFault, string] {
  const error = cause as NodeJS.ErrnoException
  const text = `${error?.code ?? ''} ${error?.message ?? cause}`
  for (const [pattern, fault, meaning] of FAULTS) if (pattern.test(text)) return [fault, meaning]
  return ['cache_failed', 'Redis failed']
}
