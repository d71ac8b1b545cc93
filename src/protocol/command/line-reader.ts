/**
 * Reads commands from the bytes of the order stream. Nearly every line is an order or a cancel that encodeCommand
 * wrote with its fields in a fixed order and without escapes. Such a line is read here byte by byte, in a third
 * of the time of JSON.parse. Every other line is left to decodeCommand, which accepts every allowed form and
 * reports errors.
 */

import { invariant } from '../assert.ts'
import type { Instrument } from '../instrument/instrument.ts'
import { PRICE_TICKS_MAX } from '../limits.ts'
import type { FieldsByName } from '../order/optional-fields.ts'
import { misplacedField } from '../order/order-field-codec.ts'
import { OPTIONAL_FIELDS, type OptionalField } from '../order/order-fields.ts'
import {
  ORDER_TYPES,
  type OrderType,
  SIDES,
  type Side,
  TIMES_IN_FORCE,
  type TimeInForce,
} from '../order/order-words.ts'
import type { Lots, Ticks } from '../units.ts'
import { decodeCommand, type Instruments } from './codec.ts'
import type { CancelOrder, Command, PlaceOrder } from './commands.ts'
import { charactersOf, LineScanner, literal, NAME_CHARACTERS, type Words, wordsOf } from './line-scanner.ts'

const NEWLINE = 10

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
const TRUE = literal('true')
const TRACE_ID = literal(',"traceId":"')
const CLOSE = literal('}')
const SIDE_WORDS = wordsOf(SIDES)
const TYPE_WORDS = wordsOf(ORDER_TYPES)
const TIME_IN_FORCE_WORDS = wordsOf(TIMES_IN_FORCE)
/** The text of a line before the value of each optional field. */
const OPTIONALS = OPTIONAL_FIELDS.map((field) => ({
  field,
  name: field.name,
  begin: literal(`,"${field.name}":${field.kind === 'flag' || field.kind === 'time' ? '' : '"'}`),
  words: field.kind === 'word' ? wordsOf(field.words) : [],
}))

/** The characters of a name, and the colon. */
const ORDER_ID_CHARACTERS = charactersOf(/[A-Za-z0-9._:-]/)
/** Characters of a client's text that are ASCII and need no escape in JSON. */
const TEXT_CHARACTERS = charactersOf(/[ !#-[\]-~]/)

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Of all readers. Each reads a line, or lines, in one go. */
const SCANNER = new LineScanner()

export class LineReader {
  private readonly instruments: Instruments
  private readonly scan = SCANNER

  constructor(instruments: Instruments) {
    this.instruments = instruments
  }

  /** The command in the line `bytes[from, to)`. Throws MalformedCommand or UnknownCommand. */
  read(bytes: Uint8Array, from: number, to: number): Command {
    const plain = this.readPlain(bytes, from)
    return plain !== undefined && this.end === to ? plain : this.decode(bytes, from, to)
  }

  /**
   * The command in the line that begins at `from`, or undefined if it cannot be read byte by byte. If it can,
   * {@link end} is the end of the line, so that the caller need not search for it.
   */
  readPlain(bytes: Uint8Array, from: number): PlaceOrder | CancelOrder | undefined {
    const { scan } = this
    scan.open(bytes)
    const command = this.readOrder(from) ?? this.readCancel(from)
    return scan.at === bytes.length || bytes[scan.at] === NEWLINE ? command : undefined
  }

  /** The place after the command that was read byte by byte: of its newline, or the end of the bytes. */
  get end(): number {
    return this.scan.at
  }

  /** The commands of lines that each end in a newline. Throws MalformedCommand or UnknownCommand. */
  readAll(bytes: Uint8Array): Command[] {
    const commands: Command[] = []
    invariant(bytes.length === 0 || bytes[bytes.length - 1] === NEWLINE, 'lines end with a newline')
    this.scan.open(bytes)
    for (let from = 0; from < bytes.length; from = this.scan.at + 1) {
      const plain = this.readOrder(from) ?? this.readCancel(from)
      if (plain !== undefined && bytes[this.scan.at] === NEWLINE) {
        commands.push(plain)
      } else {
        const to = bytes.indexOf(NEWLINE, from)
        commands.push(this.decode(bytes, from, to))
        this.scan.at = to
      }
    }
    return commands
  }

  private decode(bytes: Uint8Array, from: number, to: number): Command {
    return decodeCommand(UTF8.decode(bytes.subarray(from, to)), this.instruments)
  }

  private readOrder(from: number): PlaceOrder | undefined {
    const { scan } = this
    scan.at = from
    if (!scan.take(PLACE_ORDER)) return undefined
    const instrument = this.instrument()
    if (instrument === undefined) return undefined
    const requestId = scan.take(REQUEST_ID) ? scan.text(NAME_CHARACTERS) : undefined
    const account = scan.take(ACCOUNT) ? scan.name() : ''
    const orderId = scan.take(ORDER_ID) ? this.orderId() : ''
    const side = scan.take(SIDE) ? scan.word(SIDE_WORDS) : undefined
    const type = scan.take(TYPE) ? scan.word(TYPE_WORDS) : undefined
    const timeInForce = scan.take(TIME_IN_FORCE) ? scan.word(TIME_IN_FORCE_WORDS) : undefined
    const quantity = scan.take(QUANTITY) ? scan.steps(instrument.lot, instrument.quantityMax) : 0
    const priced = scan.take(PRICE)
    const price = priced ? scan.steps(instrument.tick, PRICE_TICKS_MAX) : 0
    if (requestId === '' || account === '' || orderId === '' || quantity === 0) return undefined
    if (side === undefined || type === undefined || timeInForce === undefined) return undefined
    if (priced !== (type === 'LIMIT') || (priced && price === 0)) return undefined
    const { symbol } = instrument
    const order = priced
      ? limitOrder(symbol, account, orderId, side, type, timeInForce, quantity as Lots, price as Ticks)
      : marketOrder(symbol, account, orderId, side, type, timeInForce, quantity as Lots)
    if (!scan.take(CLOSE) && !this.readOptionalFields(order, instrument)) return undefined
    if (misplacedField(order) !== undefined) return undefined
    if (requestId !== undefined) order.requestId = requestId
    return order
  }

  /** Adds the optional fields to `order`. Returns false if not all fields up to the closing brace could be read. */
  private readOptionalFields(order: object, instrument: Instrument): boolean {
    const { scan } = this
    for (const optional of OPTIONALS) {
      if (!scan.take(optional.begin)) continue
      const value = this.value(optional.field, optional.words, instrument)
      if (value === undefined) return false
      ;(order as FieldsByName)[optional.name] = value
    }
    return this.readClose()
  }

  /** Reads the end of a line. On AWS the id of the trace is before the brace; it is not part of the command. */
  private readClose(): boolean {
    const { scan } = this
    return scan.take(CLOSE) || (scan.take(TRACE_ID) && scan.skipText(TEXT_CHARACTERS) && scan.take(CLOSE))
  }

  /** Reads the value of an optional field and its closing quote; undefined if it cannot be read here. */
  private value(field: OptionalField, words: Words, instrument: Instrument): string | number | boolean | undefined {
    const { scan } = this
    switch (field.kind) {
      case 'flag':
        return scan.take(TRUE) || undefined
      case 'word':
        return scan.word(words)
      case 'time':
        return scan.integer()
      case 'ticks':
        return scan.steps(instrument.tick, PRICE_TICKS_MAX) || undefined
      case 'lots':
        return scan.steps(instrument.lot, instrument.quantityMax) || undefined
      case 'text': {
        const text = scan.text(TEXT_CHARACTERS)
        return text !== '' && field.pattern.test(text) ? text : undefined
      }
    }
  }

  private readCancel(from: number): CancelOrder | undefined {
    const { scan } = this
    scan.at = from
    if (!scan.take(CANCEL_ORDER)) return undefined
    const instrument = this.instrument()
    if (instrument === undefined) return undefined
    const account = scan.take(ACCOUNT) ? scan.name() : ''
    const orderId = scan.take(ORDER_ID) ? this.orderId() : ''
    const requestId = scan.take(REQUEST_ID) ? scan.text(NAME_CHARACTERS) : undefined
    if (!this.readClose() || account === '' || orderId === '' || requestId === '') return undefined
    const cancel = { kind: 'CancelOrder', symbol: instrument.symbol, account, orderId } as const
    return requestId === undefined ? cancel : { ...cancel, requestId }
  }

  private instrument(): Instrument | undefined {
    return this.instruments.get(this.scan.name())
  }

  private orderId(): string {
    const orderId = this.scan.text(ORDER_ID_CHARACTERS)
    return orderId === '.' || orderId === '..' ? '' : orderId
  }
}

type NewOrder = { -readonly [K in keyof PlaceOrder]: PlaceOrder[K] }

// Two literals, because a price that is added to an object is stored outside of it. And V8 discards the hidden class to
// which an addition leads, with all code that relies on it, whenever no order is left at a full garbage collection.
// That of a literal stays.

const limitOrder = (
  symbol: string,
  account: string,
  orderId: string,
  side: Side,
  type: OrderType,
  timeInForce: TimeInForce,
  quantity: Lots,
  price: Ticks,
): NewOrder => ({ kind: 'PlaceOrder', symbol, account, orderId, side, type, timeInForce, quantity, price })

const marketOrder = (
  symbol: string,
  account: string,
  orderId: string,
  side: Side,
  type: OrderType,
  timeInForce: TimeInForce,
  quantity: Lots,
): NewOrder => ({ kind: 'PlaceOrder', symbol, account, orderId, side, type, timeInForce, quantity })
