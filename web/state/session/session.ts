/**
 * The connection and the key with which everything is asked. The key is kept in the session of the tab only: it is
 * gone when the tab is closed, and no other tab can read it.
 */

import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import { ExchangeProblem } from '../../../src/client/errors.ts'
import { ExchangeClient } from '../../../src/client/exchange-client.ts'
import { callRest, type RestMethod } from '../../feed/rest.ts'
import type { ScreenConfig } from '../../feed/screen-config.ts'
import { notify } from '../page/notices.ts'
import { readStored, writeStored } from '../page/stored-values.ts'

/** open: the exchange has no keys, so everybody may trade. */
export type Access = 'open' | 'signed-in' | 'no-key' | 'unknown'

const KEY = 'bidding-exchange.key'
/** A key is looked up at once; the exchange may be far away. */
const SIGN_IN_MS_MAX = 10_000
/** A trader who has waited longer decides anew, in the market of then. */
const RESEND_ORDERS_MS = 15_000

const present = signal<ExchangeClient | undefined>(undefined)
const presentAccess = signal<Access>('unknown')
const presentOperator = signal<boolean | undefined>(undefined)
let config: ScreenConfig = { api: '', socket: '' }
let key: string | undefined

/** The present client; another one after each change of the key. undefined before the start. */
export const client: ReadonlySignal<ExchangeClient | undefined> = present
export const access: ReadonlySignal<Access> = presentAccess
/** Whether the caller may halt and resume; undefined: not known before it is tried. */
export const isOperator: ReadonlySignal<boolean | undefined> = presentOperator
export const maySend: ReadonlySignal<boolean> = computed(() => access.value === 'open' || access.value === 'signed-in')

export function startSession(found: ScreenConfig): void {
  config = found
  key = readStored('sessionStorage', KEY)
  connect()
}

/** The present client. In an effect or a component it is followed. Throws before the start. */
export function exchange(): ExchangeClient {
  const { value } = present
  if (value === undefined) throw new Error('the session has not started')
  return value
}

/**
 * undefined if the key is good, or else why not. The question goes over a socket, because a browser reports each
 * request over HTTP that is refused as an error of the page.
 */
export async function signIn(newKey: string): Promise<string | undefined> {
  const asking = clientWith(newKey)
  const late = setTimeout(() => asking.close(), SIGN_IN_MS_MAX)
  try {
    await asking.orders().ready()
  } catch (cause) {
    if (!(cause instanceof ExchangeProblem)) return 'The exchange did not answer. Try again.'
    return isKeyProblem(cause) ? 'The exchange does not know this key.' : cause.message
  } finally {
    clearTimeout(late)
    asking.close()
  }
  use(newKey)
  return undefined
}

export function signOut(): void {
  use(undefined)
}

/** The address of a page of the API: elsewhere than the screen, if screen.json says so. */
export const apiAddress = (path: string): string => `${config.api}/${path}`

/** REST with the present key. Throws ExchangeProblem and ConnectionLost. */
export function get(path: string): Promise<unknown> {
  return callRest({ api: config.api, key }, 'GET', path)
}

export async function send(method: Exclude<RestMethod, 'GET'>, path: string, body?: unknown): Promise<unknown> {
  return callRest({ api: config.api, key }, method, path, body)
}

/** An operator's request was accepted, or refused because the caller is none. */
export function noteOperator(isOne: boolean): void {
  presentOperator.value = isOne
}

function use(newKey: string | undefined): void {
  key = newKey
  writeStored('sessionStorage', KEY, newKey)
  connect()
}

const clientWith = (used: string | undefined): ExchangeClient =>
  new ExchangeClient({
    url: config.socket,
    resendOrdersMs: RESEND_ORDERS_MS,
    ...(used !== undefined && { key: used }),
  })

function connect(): void {
  const before = present.peek()
  const next = clientWith(key)
  batch(() => {
    present.value = next
    presentAccess.value = 'unknown'
    presentOperator.value = undefined
  })
  before?.close()
  // The exchange ends a connection for good if it does not know the key any more. The client says why it has closed.
  // Without a key, an exchange that was started again may have keys now, or none any more.
  next.onState((state) => {
    const isAgain = state === 'open' && key === undefined && presentAccess.peek() !== 'unknown'
    if (state === 'closed' || isAgain) void lookUpAccess(next)
  })
  void lookUpAccess(next)
}

/** The own orders need a key, unless the exchange has none. */
async function lookUpAccess(asked: ExchangeClient): Promise<void> {
  const hadKey = key !== undefined
  let found: Access = hadKey ? 'signed-in' : 'open'
  try {
    await asked.orders().ready()
  } catch (cause) {
    if (!(cause instanceof ExchangeProblem && isKeyProblem(cause))) return
    if (hadKey) return keyRefused(asked)
    found = 'no-key'
  }
  if (asked !== present.peek()) return
  batch(() => {
    presentAccess.value = found
    // Without keys everybody is an operator.
    if (!hadKey) presentOperator.value = found === 'open' ? true : undefined
  })
}

function keyRefused(asked: ExchangeClient): void {
  if (asked !== present.peek() || key === undefined) return
  notify('error', 'Signed out: the exchange does not know the key any more.')
  signOut()
}

/** API Gateway answers 403 where the exchange answers 401. */
const isKeyProblem = ({ status }: ExchangeProblem): boolean => status === 401 || status === 403
