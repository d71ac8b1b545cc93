/**
 * nodejs-order-book on a command stream. Order ids are strings that are made before the measurement. An amendment is a
 * cancel and a new order, as in the streams.
 */

import { OrderBook, Side } from 'nodejs-order-book'
import { AMEND, CANCEL, COMMAND_WORDS, type CommandStream, LIMIT_IOC, MARKET_ORDER } from './command-stream.ts'

/** The package exports the type of its options, but not the types of their values. */
const IOC = 'IOC' as NonNullable<Parameters<OrderBook['limit']>[0]['timeInForce']>

export interface TradeTotals {
  trades: number
  quantity: number
}

export class TheirEngine {
  readonly book = new OrderBook()
  /** Trades are counted only if this is given. */
  totals: TradeTotals | undefined
  private readonly stream: CommandStream
  private readonly ids: readonly string[]

  constructor(stream: CommandStream, ids: readonly string[], totals?: TradeTotals) {
    this.stream = stream
    this.ids = ids
    this.totals = totals
  }

  run(from: number, to: number): void {
    const { words } = this.stream
    for (let i = from; i < to; i++) {
      const at = i * COMMAND_WORDS
      const kind = words[at] & 0xff
      const side = words[at] >>> 8 === 0 ? Side.BUY : Side.SELL
      const id = this.ids[words[at + 3]]
      if (kind === CANCEL) this.book.cancel(id)
      else if (kind === MARKET_ORDER) this.market(side, words[at + 2])
      else if (kind !== AMEND || this.book.cancel(id) !== undefined) {
        this.limit(side, id, words[at + 1], words[at + 2], kind === LIMIT_IOC)
      }
    }
  }

  private market(side: Side, size: number): void {
    const { done, partial, quantityLeft } = this.book.market({ side, size })
    if (this.totals === undefined) return
    this.totals.trades += done.length + (partial === null ? 0 : 1)
    this.totals.quantity += size - quantityLeft
  }

  private limit(side: Side, id: string, price: number, size: number, ioc: boolean): void {
    const result = ioc
      ? this.book.limit({ side, id, price, size, timeInForce: IOC })
      : this.book.limit({ side, id, price, size })
    if (this.totals === undefined) return
    // `done` holds the filled makers, and the taker itself once it is filled; `partial` is then the maker.
    if (result.quantityLeft === 0) this.totals.trades += result.done.length - 1 + (result.partial === null ? 0 : 1)
    else this.totals.trades += result.done.length
    this.totals.quantity += size - result.quantityLeft
  }
}

/** The ids of all orders of a stream. */
export const idsOf = (stream: CommandStream): string[] => Array.from({ length: stream.orders + 1 }, (_, i) => `o${i}`)
