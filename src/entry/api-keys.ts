/**
 * API keys: which caller a key speaks for. A key is held only as its SHA-256, so that configuration and
 * memory give none away; the comparison takes the same time however much of a key is right.
 */

import { hash, timingSafeEqual } from 'node:crypto'
import { ACCOUNT_PATTERN } from '../protocol/limits.ts'
import type { Caller } from './caller.ts'

export interface ApiKeyRow {
  /** 64 hex digits; see {@link sha256Hex}. */
  readonly keySha256: string
  readonly account: string
  readonly operator?: boolean
}

/** 64 bits of a digest find its row; the rest is compared in constant time. */
const INDEX_DIGITS = 16
/** Digits of a digest that name a key without a name. */
const NAME_DIGITS = 8

interface KnownKey {
  readonly digest: Buffer
  readonly caller: Caller
}

export class ApiKeys {
  private readonly known: ReadonlyMap<string, KnownKey>

  /** Throws RangeError for a row that is no digest or no account, and for a key given twice. */
  constructor(rows: readonly ApiKeyRow[]) {
    this.known = knownKeys(rows)
  }

  /** Who presents a key. undefined: the key is absent or unknown. */
  callerOf(key: string | undefined): Caller | undefined {
    return key === undefined ? undefined : this.find(key)?.caller
  }

  private find(key: string): KnownKey | undefined {
    const hex = sha256Hex(key)
    // The lookup's timing leaks only digest bits, which do not help to guess a key.
    const row = this.known.get(hex.slice(0, INDEX_DIGITS))
    return row !== undefined && timingSafeEqual(row.digest, Buffer.from(hex, 'hex')) ? row : undefined
  }
}

/** How a key is written into configuration. */
export const sha256Hex = (key: string): string => hash('sha256', key, 'hex')

function knownKeys(rows: readonly ApiKeyRow[]): Map<string, KnownKey> {
  const known = new Map<string, KnownKey>()
  for (const { keySha256, account, operator = false } of rows) {
    const hex = keySha256.toLowerCase()
    if (!/^[0-9a-f]{64}$/.test(hex)) throw new RangeError(`the key of ${account} is no SHA-256 in hex`)
    if (!ACCOUNT_PATTERN.test(account)) throw new RangeError(`account ${account} must match ${ACCOUNT_PATTERN}`)
    const index = hex.slice(0, INDEX_DIGITS)
    if (known.has(index)) throw new RangeError(`the key of ${account} is given twice`)
    const caller = { account, operator, keyName: hex.slice(0, NAME_DIGITS) }
    known.set(index, { digest: Buffer.from(hex, 'hex'), caller })
  }
  return known
}
