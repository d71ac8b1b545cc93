/**
 * API keys: which caller a key speaks for. A key is held only as its SHA-256, so that configuration and
 * memory give none away; the comparison takes the same time however much of a key is right. A key may
 * have a secret, with which its owner signs requests. A signature is checked with the secret itself.
 */

import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { ACCOUNT_PATTERN, KEY_NAME_PATTERN, KEY_SECRET_PATTERN } from '../protocol/limits.ts'
import type { Caller } from './caller.ts'

export interface ApiKeyRow {
  /** 64 hex digits; see {@link sha256Hex}. */
  readonly keySha256: string
  readonly account: string
  readonly operator?: boolean
  /** For people; the first 8 digits of the digest if absent. */
  readonly name?: string
  /** Signs requests with HMAC-SHA256. */
  readonly secret?: string
}

/** 64 bits of a digest find its row; the rest is compared in constant time. */
const INDEX_DIGITS = 16
/** Digits of a digest that name a key without a name. */
const NAME_DIGITS = 8

interface KnownKey {
  readonly digest: Buffer
  readonly caller: Caller
  readonly secret: string | undefined
}

export class ApiKeys {
  private known: ReadonlyMap<string, KnownKey>

  /** Throws RangeError for a row with a bad field, and for a key given twice. */
  constructor(rows: readonly ApiKeyRow[]) {
    this.known = knownKeys(rows)
  }

  /** From now on these keys count and no others. Throws as the constructor does; then the old keys stay. */
  replace(rows: readonly ApiKeyRow[]): void {
    this.known = knownKeys(rows)
  }

  /** Who presents a key. undefined: the key is absent or unknown. */
  callerOf(key: string | undefined): Caller | undefined {
    return key === undefined ? undefined : this.find(key)?.caller
  }

  /**
   * Who presents a key and has signed the parts of a message, one behind the other, with HMAC-SHA256.
   * undefined: the key is unknown or has no secret, or the signature is not its own.
   */
  signerOf(
    key: string | undefined,
    message: readonly (string | Uint8Array)[],
    signature: Uint8Array,
  ): Caller | undefined {
    const known = key === undefined ? undefined : this.find(key)
    if (known?.secret === undefined) return undefined
    const hmac = createHmac('sha256', known.secret)
    for (const part of message) hmac.update(part)
    const expected = hmac.digest()
    return expected.byteLength === signature.byteLength && timingSafeEqual(expected, signature)
      ? known.caller
      : undefined
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
  for (const { keySha256, account, operator = false, name, secret } of rows) {
    const hex = keySha256.toLowerCase()
    if (!/^[0-9a-f]{64}$/.test(hex)) throw new RangeError(`the key of ${account} is no SHA-256 in hex`)
    if (!ACCOUNT_PATTERN.test(account)) throw new RangeError(`account ${account} must match ${ACCOUNT_PATTERN}`)
    const keyName = name ?? hex.slice(0, NAME_DIGITS)
    if (!KEY_NAME_PATTERN.test(keyName)) {
      throw new RangeError(`the name of a key of ${account} must match ${KEY_NAME_PATTERN}`)
    }
    if (secret !== undefined && !KEY_SECRET_PATTERN.test(secret)) {
      throw new RangeError(
        `the secret of key ${keyName} of ${account} must be 16 to 256 printable ASCII characters without spaces`,
      )
    }
    const index = hex.slice(0, INDEX_DIGITS)
    if (known.has(index)) throw new RangeError(`the key of ${account} is given twice`)
    known.set(index, { digest: Buffer.from(hex, 'hex'), caller: { account, operator, keyName }, secret })
  }
  return known
}
