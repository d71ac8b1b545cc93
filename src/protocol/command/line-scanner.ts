/**
 * Reads the parts of a line of JSON byte by byte: literal text, words, names, numbers, decimals. It reads only
 * the form that encodeCommand writes, without escapes, blanks and non-ASCII characters. If it cannot read a part,
 * its position does not change, and the caller leaves the line to JSON.parse.
 */

import { NAME_LENGTH_MAX } from '../limits.ts'
import type { Step } from '../units.ts'

const QUOTE = 34
const WORD = 4
const POINT = 46
const ZERO = 48
const NINE = 57

/** A double represents every number of this many digits exactly. */
const DIGITS_MAX = 15

/**
 * A direct-mapped cache of names, so that a repeated name needs no new string. All scanners share it, because the same
 * accounts trade many symbols: with a cache for each symbol, the caches of 16 symbols displace each other from the
 * processor's.
 */
const NAMES = 1_024
const names = new Array<string>(NAMES).fill('')

/** Lists of character codes by length, reused for each text. */
const CODES = Array.from({ length: NAME_LENGTH_MAX + 1 }, (_, length) => new Array<number>(length).fill(0))

/**
 * ASCII text that a line must have at a place. It is compared in words of four bytes: the first bytes of the text, and
 * at last its last four. Text of less than four bytes is compared byte by byte.
 */
export interface Literal {
  readonly length: number
  readonly bytes: Uint8Array
  readonly words: Int32Array
}

export function literal(text: string): Literal {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  const starts: number[] = []
  for (let at = 0; at + WORD < bytes.length; at += WORD) starts.push(at)
  if (bytes.length >= WORD) starts.push(bytes.length - WORD)
  return { length: bytes.length, bytes, words: Int32Array.from(starts, (at) => view.getInt32(at, true)) }
}

/** Words, each with its text including the closing quote. */
export type Words<W extends string = string> = readonly (readonly [W, Literal])[]
export const wordsOf = <W extends string>(all: readonly W[]): Words<W> => all.map((word) => [word, literal(`${word}"`)])

/** By character code: 1 if the pattern matches the character. */
export function charactersOf(pattern: RegExp): Uint8Array {
  const characters = new Uint8Array(256)
  for (let code = 0; code < 256; code++) if (pattern.test(String.fromCharCode(code))) characters[code] = 1
  return characters
}

/** Characters of accounts, symbols and request ids. */
export const NAME_CHARACTERS = charactersOf(/[A-Za-z0-9._-]/)

export class LineScanner {
  bytes: Uint8Array = new Uint8Array(0)
  /** The next byte to read. */
  at = 0
  private view: DataView = new DataView(new ArrayBuffer(0))

  /** Reads these bytes from now on. */
  open(bytes: Uint8Array): void {
    if (bytes === this.bytes) return
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Moves past `text` if it is next. */
  take({ length, words, bytes: short }: Literal): boolean {
    const { bytes, view, at } = this
    const end = at + length
    if (end > bytes.length) return false
    if (length < WORD) {
      for (let i = 0; i < length; i++) if (bytes[at + i] !== short[i]) return false
    } else {
      const last = words.length - 1
      for (let i = 0; i < last; i++) if (view.getInt32(at + i * WORD, true) !== words[i]) return false
      if (view.getInt32(end - WORD, true) !== words[last]) return false
    }
    this.at = end
    return true
  }

  word<W extends string>(all: Words<W>): W | undefined {
    for (const [word, text] of all) if (this.take(text)) return word
    return undefined
  }

  /** Text of these characters and its closing quote; '' if it is empty or too long. */
  text(characters: Uint8Array): string {
    const { bytes, at } = this
    let end = at
    while (characters[bytes[end]] === 1) end++
    if (bytes[end] !== QUOTE || end - at > NAME_LENGTH_MAX) return ''
    this.at = end + 1
    const codes = CODES[end - at]
    for (let i = at; i < end; i++) codes[i - at] = bytes[i]
    return String.fromCharCode.apply(null, codes)
  }

  /** Moves past text of these characters and its closing quote. */
  skipText(characters: Uint8Array): boolean {
    const { bytes } = this
    let end = this.at
    while (characters[bytes[end]] === 1) end++
    if (bytes[end] !== QUOTE) return false
    this.at = end + 1
    return true
  }

  /** Like {@link text}, for names that are often repeated. */
  name(): string {
    const { bytes, at } = this
    let hash = 0
    let end = at
    for (; NAME_CHARACTERS[bytes[end]] === 1; end++) hash = Math.imul(hash, 31) + bytes[end]
    const slot = (hash ^ (hash >>> 10)) & (NAMES - 1)
    const known = names[slot]
    let i = 0
    while (i < known.length && known.charCodeAt(i) === bytes[at + i]) i++
    if (i > 0 && i === known.length && at + i === end && bytes[end] === QUOTE) {
      this.at = end + 1
      return known
    }
    const name = this.text(NAME_CHARACTERS)
    names[slot] = name
    return name
  }

  /** A JSON number without sign, point or exponent; undefined if there are no digits or too many. */
  integer(): number | undefined {
    const { bytes, at } = this
    let value = 0
    let end = at
    for (; bytes[end] >= ZERO && bytes[end] <= NINE; end++) value = value * 10 + (bytes[end] - ZERO)
    const digits = end - at
    if (digits === 0 || digits > DIGITS_MAX || (bytes[at] === ZERO && digits > 1)) return undefined
    this.at = end
    return value
  }

  /** A decimal and its closing quote as a count of steps; 0 if it cannot be read here. */
  steps(step: Step, max: number): number {
    const { bytes } = this
    let scaled = 0
    let digits = 0
    let places = -1
    let at = this.at
    for (; ; at++) {
      const code = bytes[at]
      if (code >= ZERO && code <= NINE) {
        scaled = scaled * 10 + (code - ZERO)
        digits++
        if (places >= 0) places++
      } else if (code === POINT && places < 0 && digits > 0) {
        places = 0
      } else {
        break
      }
    }
    if (bytes[at] !== QUOTE || places === 0) return 0
    for (let missing = step.decimals - Math.max(places, 0); missing !== 0; missing--) {
      if (missing < 0 || ++digits > DIGITS_MAX) return 0
      scaled *= 10
    }
    if (digits > DIGITS_MAX || scaled % step.multiple !== 0) return 0
    this.at = at + 1
    const count = scaled / step.multiple
    return count > max ? 0 : count
  }
}
