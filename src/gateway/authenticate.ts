/**
 * Who is calling. Two makers: one account for everybody on the own machine, or API keys. A key is
 * held only as its SHA-256, so that configuration and memory give none away; the comparison takes
 * the same time however much of a key is right.
 */

import { hash, timingSafeEqual } from 'node:crypto'
import { ACCOUNT_PATTERN } from '../protocol/limits.ts'
import type { Caller } from './gateway-ports.ts'

export type Authenticate = (headers: Headers) => Caller | undefined

/** Everybody is the account "demo", an operator. For loopback only. */
export function demoAccount(): Authenticate {
  const caller: Caller = { account: 'demo', operator: true }
  return () => caller
}

export interface ApiKeyRow {
  /** 64 hex digits; see {@link sha256Hex}. */
  readonly keySha256: string
  readonly account: string
  readonly operator?: boolean
}

/** 64 bits of a digest find its row; the rest is compared in constant time. */
const INDEX_DIGITS = 16

/**
 * Reads `Authorization: Bearer KEY` or `X-API-Key: KEY`.
 * Throws RangeError for a row that is no digest or no account, and for a key given twice.
 */
export function apiKeys(rows: readonly ApiKeyRow[]): Authenticate {
  const known = new Map<string, { digest: Buffer; caller: Caller }>()
  for (const { keySha256, account, operator = false } of rows) {
    const hex = keySha256.toLowerCase()
    if (!/^[0-9a-f]{64}$/.test(hex)) throw new RangeError(`the key of ${account} is no SHA-256 in hex`)
    if (!ACCOUNT_PATTERN.test(account)) throw new RangeError(`account ${account} must match ${ACCOUNT_PATTERN}`)
    const index = hex.slice(0, INDEX_DIGITS)
    if (known.has(index)) throw new RangeError(`the key of ${account} is given twice`)
    known.set(index, { digest: Buffer.from(hex, 'hex'), caller: { account, operator } })
  }
  return (headers) => {
    const key = presentedKey(headers)
    if (key === undefined) return undefined
    const hex = sha256Hex(key)
    // The index only finds the row, and its timing tells of a digest from which no key can be built up.
    const row = known.get(hex.slice(0, INDEX_DIGITS))
    return row !== undefined && timingSafeEqual(row.digest, Buffer.from(hex, 'hex')) ? row.caller : undefined
  }
}

/** How a key is written into configuration. */
export const sha256Hex = (key: string): string => hash('sha256', key, 'hex')

function presentedKey(headers: Headers): string | undefined {
  const authorization = headers.get('authorization')
  if (authorization !== null) {
    const bearer = /^bearer +(\S+)$/i.exec(authorization)
    if (bearer !== null) return bearer[1]
  }
  return headers.get('x-api-key') ?? undefined
}
