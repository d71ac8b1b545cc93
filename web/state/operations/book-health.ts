/** The state of each book in figures, and whether it is as a book must be. */

import { countSteps, formatSteps } from '../../../src/protocol/units.ts'
import type { Instrument } from '../market/instruments.ts'

interface Level {
  readonly price: string
  readonly quantity: string
  readonly orders: number | null
}

/** As `GET /book/{symbol}` shows it. */
export interface BookAnswer {
  readonly symbol: string
  readonly sequence: number
  readonly timestamp: string | null
  readonly phase: string
  readonly lastPrice: string | null
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

/** Levels of each side that are read. */
export const LEVELS_READ = 100

export interface BookHealth {
  readonly symbol: string
  readonly phase: string
  readonly sequence: number
  readonly timestamp: string | null
  readonly bid: string | undefined
  readonly ask: string | undefined
  readonly spread: string | undefined
  readonly last: string | null
  /** More are not read, so the number is the least. */
  readonly levels: { readonly bids: number; readonly asks: number }
  readonly orders: number | undefined
  /** The best bid is at or above the best ask, which must never be. */
  readonly crossed: boolean
}

export function bookHealth(book: BookAnswer, { tick }: Pick<Instrument, 'tick'>): BookHealth {
  const { symbol, phase, sequence, timestamp, lastPrice, bids, asks } = book
  const [bid, ask] = [bids[0]?.price, asks[0]?.price]
  const ticks = (price: string | undefined) => (price === undefined ? Number.NaN : Number(countSteps(price, tick)))
  const between = ticks(ask) - ticks(bid)
  const orders = [...bids, ...asks].reduce<number | undefined>(
    (sum, level) => (sum === undefined || level.orders === null ? undefined : sum + level.orders),
    0,
  )
  return {
    symbol,
    phase,
    sequence,
    timestamp,
    bid,
    ask,
    spread: between > 0 ? formatSteps(between, tick) : undefined,
    last: lastPrice,
    levels: { bids: bids.length, asks: asks.length },
    orders,
    crossed: between <= 0,
  }
}
