/**
 * API keys: finds the caller that a key belongs to. A key is stored only as its SHA-256, so that configuration
 * and memory do not contain it. Digests are compared in constant time. A key may have a secret that signs
 * requests. The secret itself is stored, because it is needed to check a signature.
 */

import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { ACCOUNT_PATTERN, KEY_NAME_PATTERN, KEY_SECRET_PATTERN } from '../protocol/limits.ts'
import type { Caller } from './caller.ts'

export interface ApiKeyRow {
  /** 64 hex digits; see {@link sha256Hex}. */
  readonly keySha256: string
  readonly account: string
  readonly operator?: boolean
  /** A name for operators and logs. If absent, the first 8 digits of the digest. */
  readonly name?: string
  /** Signs requests with HMAC-SHA256. */
  readonly secret?: string
}

/** The caller of a connection that stays open while keys may be replaced. */
export interface KeyHolder {
  readonly caller: Caller
  /** Whether the key still belongs to the account. */
  isValid(): boolean
}

/** 16 hex digits (64 bits) of a digest find its row. Then the whole digest is compared in constant time. */
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

  /** Throws RangeError for a row with an invalid field, and for a repeated key. */
  constructor(rows: readonly ApiKeyRow[]) {
    this.known = knownKeys(rows)
  }

  /** Replaces all keys. Throws as the constructor does; in that case the old keys stay valid. */
  replace(rows: readonly ApiKeyRow[]): void {
    this.known = knownKeys(rows)
  }

  /** The caller that a key belongs to, or undefined if the key is absent or unknown. */
  callerOf(key: string | undefined): Caller | undefined {
    return key === undefined ? undefined : this.find(key)?.caller
  }

  /** The holder of a key, or undefined if the key is unknown. It keeps only the digest of the key. */
  holderOf(key: string): KeyHolder | undefined {
    const hex = sha256Hex(key)
    const known = this.findDigest(hex)
    if (known === undefined) return undefined
    const { caller } = known
    return { caller, isValid: () => this.findDigest(hex)?.caller.account === caller.account }
  }

  /**
   * The caller that a key belongs to, if its secret signed the message with HMAC-SHA256. The message is the
   * concatenation of its parts. undefined if the key is unknown or has no secret, or if the signature is wrong.
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
    return this.findDigest(sha256Hex(key))
  }

  private findDigest(hex: string): KnownKey | undefined {
    // The lookup's timing leaks only digest bits, which do not help to guess a key.
    const row = this.known.get(hex.slice(0, INDEX_DIGITS))
    return row !== undefined && timingSafeEqual(row.digest, Buffer.from(hex, 'hex')) ? row : undefined
  }
}

/** The form of a key in configuration. */
export const sha256Hex = (key: string): string => hash('sha256', key, 'hex')

/** What a script makes of a variable that is not set. */
const EMPTY = sha256Hex('')

function knownKeys(rows: readonly ApiKeyRow[]): Map<string, KnownKey> {
  const known = new Map<string, KnownKey>()
  for (const { keySha256, account, operator = false, name, secret } of rows) {
    const hex = keySha256.toLowerCase()
    if (!/^[0-9a-f]{64}$/.test(hex)) throw new RangeError(`the key of ${account} is not a SHA-256 in hex`)
    if (hex === EMPTY) throw new RangeError(`the key of ${account} is the SHA-256 of an empty text, and not of a key`)
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
