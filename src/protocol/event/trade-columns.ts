/**
 * Copies of trades of one symbol, for a consumer that writes them as bytes later (event-feed-writer.ts). A copy
 * holds the names by reference. Encoding reads their characters, and those of a maker's order are seldom in the
 * processor's cache, so encoding takes several times as long as the match. Matching makes copies instead.
 *
 * A copy does not depend on the cursor or the buffer that it was made from. Echo fields are not copied: few trades
 * have any.
 */

import type { EventCursor, EventFold } from './event-cursor.ts'

/** Eight numbers of a trade: one cache line. */
const NUMBERS = 8
const NUMBER = 0
const TIMESTAMP = 1
const QUANTITY = 2
const TRADE_NUMBER = 3
const PRICE = 4
const HANDLE = 5
const TAKER_HANDLE = 6
const FLAGS = 7

const TAKER_SELLS = 1
const MAKER_FILLED = 2
const TAKER_FILLED = 4

/** Texts of a trade: request id ('': none), account and order id, the taker's account and order id. */
const TEXTS = 5
const TRADES_AT_FIRST = 64

export class TradeColumns {
  readonly symbol: string
  count = 0
  private numbers = new Float64Array(TRADES_AT_FIRST * NUMBERS)
  private readonly texts: string[] = []
  private readonly cursor = new TradeCursor()

  constructor(symbol: string) {
    this.symbol = symbol
    this.cursor.symbol = symbol
  }

  /** Copies a trade of the symbol. False if it has echo fields: then it is not copied. */
  add(event: EventCursor): boolean {
    if (event.echo !== undefined || event.takerEcho !== undefined) return false
    const at = this.count * NUMBERS
    if (at === this.numbers.length) this.grow()
    const { numbers, texts } = this
    numbers[at + NUMBER] = event.number
    numbers[at + TIMESTAMP] = event.timestampMs
    numbers[at + QUANTITY] = event.quantity
    numbers[at + TRADE_NUMBER] = event.tradeNumber
    numbers[at + PRICE] = event.price
    numbers[at + HANDLE] = event.handle
    numbers[at + TAKER_HANDLE] = event.takerHandle
    numbers[at + FLAGS] =
      (event.takerSells ? TAKER_SELLS : 0) |
      (event.makerFilled ? MAKER_FILLED : 0) |
      (event.takerFilled ? TAKER_FILLED : 0)
    texts.push(event.requestId ?? '', event.account, event.orderId, event.takerAccount, event.takerOrderId)
    this.count++
    return true
  }

  /** Passes the trades to a fold and removes them. */
  drain(fold: EventFold): void {
    const { cursor, numbers, texts } = this
    for (let i = 0; i < this.count; i++) {
      cursor.moveTo(numbers, i * NUMBERS, texts, i * TEXTS)
      fold.take(cursor)
    }
    this.clear()
  }

  clear(): void {
    this.count = 0
    // The array keeps no name alive.
    this.texts.length = 0
  }

  private grow(): void {
    const numbers = new Float64Array(this.numbers.length * 2)
    numbers.set(this.numbers)
    this.numbers = numbers
  }
}

/** Reads one copy. */
class TradeCursor implements EventCursor {
  readonly kind = 'TradeExecuted'
  readonly concernsSymbol = false
  symbol = ''
  number = 0
  timestampMs = 0
  requestId: string | undefined
  handle = 0
  account = ''
  orderId = ''
  price = 0
  quantity = 0
  tradeNumber = 0
  takerHandle = 0
  takerAccount = ''
  takerOrderId = ''
  takerSells = false
  makerFilled = false
  takerFilled = false
  // No trade has the values below, and none of a copy has echo fields.
  readonly cause = undefined
  readonly reason = undefined
  readonly sells = false
  readonly options = 0
  readonly extras = undefined
  readonly echo = undefined
  readonly takerEcho = undefined
  readonly priorityKept = false
  readonly priceBefore = 0
  readonly openBefore = 0
  readonly open = 0
  readonly operatorNote = undefined
  readonly phase = undefined
  readonly bandLow = 0
  readonly bandHigh = 0
  readonly instrument = undefined
  readonly rules = 0

  moveTo(numbers: Float64Array, at: number, texts: readonly string[], textAt: number): void {
    this.number = numbers[at + NUMBER]
    this.timestampMs = numbers[at + TIMESTAMP]
    this.quantity = numbers[at + QUANTITY]
    this.tradeNumber = numbers[at + TRADE_NUMBER]
    this.price = numbers[at + PRICE]
    this.handle = numbers[at + HANDLE]
    this.takerHandle = numbers[at + TAKER_HANDLE]
    const flags = numbers[at + FLAGS]
    this.takerSells = (flags & TAKER_SELLS) !== 0
    this.makerFilled = (flags & MAKER_FILLED) !== 0
    this.takerFilled = (flags & TAKER_FILLED) !== 0
    this.requestId = texts[textAt] || undefined
    this.account = texts[textAt + 1]
    this.orderId = texts[textAt + 2]
    this.takerAccount = texts[textAt + 3]
    this.takerOrderId = texts[textAt + 4]
  }
}
