/**
 * Reads commands from the bytes of the order stream. Nearly every line is an order or a cancel, written
 * by encodeCommand with its fields in one order and no escapes; such a line is read here byte by byte,
 * at a third of what JSON.parse takes. Any other line, and any in doubt, is left to decodeCommand,
 * which knows all that is allowed and says what is wrong.
 */

import { decodeCommand, type Instruments } from './codec.ts'
import type { CancelOrder, Command, PlaceOrder } from './commands.ts'
import type { Instrument } from './instrument.ts'
import { NAME_LENGTH_MAX, PRICE_TICKS_MAX } from './limits.ts'
import { ORDER_TYPES, SELF_TRADE_PREVENTIONS, SIDES, TIMES_IN_FORCE } from './order-words.ts'
import type { Lots, Step, Ticks } from './units.ts'

const NEWLINE = 10
const QUOTE = 34
const POINT = 46
const ZERO = 48
const NINE = 57

/** So many digits always fit a double. */
const DIGITS_MAX = 15

const literal = (text: string): Uint8Array => Buffer.from(text)
const words = <W extends string>(all: readonly W[]): readonly (readonly [W, Uint8Array])[] =>
  all.map((word) => [word, literal(`${word}"`)])

const PLACE_ORDER = literal('{"kind":"PlaceOrder","symbol":"')
const CANCEL_ORDER = literal('{"kind":"CancelOrder","symbol":"')
const REQUEST_ID = literal(',"requestId":"')
const ACCOUNT = literal(',"account":"')
const ORDER_ID = literal(',"orderId":"')
const SIDE = literal(',"side":"')
const TYPE = literal(',"type":"')
const TIME_IN_FORCE = literal(',"timeInForce":"')
const QUANTITY = literal(',"quantity":"')
const PRICE = literal(',"price":"')
const POST_ONLY = literal(',"postOnly":true')
const SELF_TRADE = literal(',"selfTradePrevention":"')
const CLOSE = literal('}')
const SIDE_WORDS = words(SIDES)
const TYPE_WORDS = words(ORDER_TYPES)
const TIME_IN_FORCE_WORDS = words(TIMES_IN_FORCE)
const SELF_TRADE_WORDS = words(SELF_TRADE_PREVENTIONS)

/** Characters of accounts, symbols and request ids; of order ids with the colon. */
const NAME_CHARACTERS = charactersOf(/[A-Za-z0-9._-]/)
const ORDER_ID_CHARACTERS = charactersOf(/[A-Za-z0-9._:-]/)

/** Names that come again and again are made a string once: a direct-mapped cache of so many. */
const NAMES = 1_024

export class LineReader {
  private readonly instruments: Instruments
  private readonly names = new Array<string>(NAMES).fill('')
  private bytes: Buffer = Buffer.alloc(0)
  private at = 0

  constructor(instruments: Instruments) {
    this.instruments = instruments
  }

  /** The command in the line `bytes[from, to)`. Throws MalformedCommand. */
  read(bytes: Buffer, from: number, to: number): Command {
    return this.readPlain(bytes, from, to) ?? decodeCommand(bytes.toString('utf8', from, to), this.instruments)
  }

  /** The same, or undefined if the line is not one of those that are read byte by byte. */
  readPlain(bytes: Buffer, from: number, to: number): PlaceOrder | CancelOrder | undefined {
    this.bytes = bytes
    return this.readOrder(from, to) ?? this.readCancel(from, to)
  }

  /** The commands of lines that each end in a newline. Throws MalformedCommand. */
  readAll(bytes: Buffer): Command[] {
    const commands: Command[] = []
    for (let from = 0; from < bytes.length; ) {
      const to = bytes.indexOf(NEWLINE, from)
      commands.push(this.read(bytes, from, to))
      from = to + 1
    }
    return commands
  }

  private readOrder(from: number, to: number): PlaceOrder | undefined {
    this.at = from
    if (!this.take(PLACE_ORDER)) return undefined
    const instrument = this.instrument()
    if (instrument === undefined) return undefined
    const requestId = this.take(REQUEST_ID) ? this.text(NAME_CHARACTERS) : undefined
    const account = this.take(ACCOUNT) ? this.name() : ''
    const orderId = this.take(ORDER_ID) ? this.orderId() : ''
    const side = this.take(SIDE) ? this.word(SIDE_WORDS) : undefined
    const type = this.take(TYPE) ? this.word(TYPE_WORDS) : undefined
    const timeInForce = this.take(TIME_IN_FORCE) ? this.word(TIME_IN_FORCE_WORDS) : undefined
    const quantity = this.take(QUANTITY) ? this.steps(instrument.lot, instrument.quantityMax) : 0
    const priced = this.take(PRICE)
    const price = priced ? this.steps(instrument.tick, PRICE_TICKS_MAX) : 0
    const postOnly = this.take(POST_ONLY)
    const guarded = this.take(SELF_TRADE)
    const selfTradePrevention = guarded ? this.word(SELF_TRADE_WORDS) : undefined
    if (!this.ends(to) || requestId === '' || account === '' || orderId === '' || quantity === 0) return undefined
    if (side === undefined || type === undefined || timeInForce === undefined || timeInForce === 'GTD') return undefined
    if (priced !== (type === 'LIMIT') || (priced && price === 0)) return undefined
    if (guarded && selfTradePrevention === undefined) return undefined
    const order: { -readonly [K in keyof PlaceOrder]: PlaceOrder[K] } = {
      kind: 'PlaceOrder',
      symbol: instrument.symbol,
      account,
      orderId,
      side,
      type,
      timeInForce,
      quantity: quantity as Lots,
    }
    if (priced) order.price = price as Ticks
    if (postOnly) order.postOnly = true
    if (selfTradePrevention !== undefined) order.selfTradePrevention = selfTradePrevention
    if (requestId !== undefined) order.requestId = requestId
    return order
  }

  private readCancel(from: number, to: number): CancelOrder | undefined {
    this.at = from
    if (!this.take(CANCEL_ORDER)) return undefined
    const instrument = this.instrument()
    if (instrument === undefined) return undefined
    const account = this.take(ACCOUNT) ? this.name() : ''
    const orderId = this.take(ORDER_ID) ? this.orderId() : ''
    const requestId = this.take(REQUEST_ID) ? this.text(NAME_CHARACTERS) : undefined
    if (!this.ends(to) || account === '' || orderId === '' || requestId === '') return undefined
    const cancel = { kind: 'CancelOrder', symbol: instrument.symbol, account, orderId } as const
    return requestId === undefined ? cancel : { ...cancel, requestId }
  }

  /** Steps over `text` if it stands here. */
  private take(text: Uint8Array): boolean {
    const { bytes, at } = this
    for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false
    this.at = at + text.length
    return true
  }

  private ends(to: number): boolean {
    return this.take(CLOSE) && this.at === to
  }

  private word<W extends string>(all: readonly (readonly [W, Uint8Array])[]): W | undefined {
    for (const [word, text] of all) if (this.take(text)) return word
    return undefined
  }

  private instrument(): Instrument | undefined {
    return this.instruments.get(this.name())
  }

  private orderId(): string {
    const orderId = this.text(ORDER_ID_CHARACTERS)
    return orderId === '.' || orderId === '..' ? '' : orderId
  }

  /** Text of these characters and its closing quote; '' if there is none, or too much. */
  private text(characters: Uint8Array): string {
    const { bytes, at } = this
    let end = at
    while (characters[bytes[end]] === 1) end++
    if (bytes[end] !== QUOTE || end - at > NAME_LENGTH_MAX) return ''
    this.at = end + 1
    return bytes.toString('latin1', at, end)
  }

  /** Like {@link text}, for names of which there are few. */
  private name(): string {
    const { bytes, at, names } = this
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

  /** A decimal and its closing quote as a count of steps; 0 if it is none, or in any doubt. */
  private steps(step: Step, max: number): number {
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

function charactersOf(pattern: RegExp): Uint8Array {
  const characters = new Uint8Array(256)
  for (let code = 0; code < 256; code++) if (pattern.test(String.fromCharCode(code))) characters[code] = 1
  return characters
}
