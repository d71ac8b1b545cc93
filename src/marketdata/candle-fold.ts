/**
 * The candles of one symbol as a fold of its trades. It runs on the thread that matches, so a trade only changes a few
 * numbers: trades of one second are gathered first. They enter the candles of all intervals when a trade of another
 * second comes, or when the changed candles are read. There is no object for each trade.
 *
 * A trade whose number is not above the last one is ignored, so that trades may be given twice.
 */

import { invariant } from '../protocol/assert.ts'
import { type IntervalCandle, intervalStart } from '../protocol/candle.ts'
import { INTERVAL_MS, INTERVALS } from '../protocol/candle-interval.ts'
import type { Ticks } from '../protocol/units.ts'
import { addNumber, addProduct, addSum, clearSum, readSum, SUM_NUMBERS, writeSum } from './wide-sums.ts'

/** What a candle needs of a trade: an event and a record both have it. */
export interface CandleTrade {
  readonly tradeNumber: number
  readonly price: number
  readonly quantity: number
  readonly timestampMs: number
}

const SECOND_MS = INTERVAL_MS['1s']
const LENGTHS = INTERVALS.map((interval) => INTERVAL_MS[interval])

/** Numbers of an open candle, and their places. */
const NUMBERS = 8 + 2 * SUM_NUMBERS
const START = 0
const OPEN = 1
const HIGH = 2
const LOW = 3
const CLOSE = 4
const COUNT = 5
const FIRST_TRADE = 6
const CHANGED = 7
const VOLUME = 8
const QUOTE_VOLUME = VOLUME + SUM_NUMBERS

export class CandleFold {
  /** Number of the last trade; 0 before the first. */
  lastTrade = 0
  /** The newest candle of each interval. A count of 0: there is none. */
  private readonly newest = new Float64Array(LENGTHS.length * NUMBERS)
  /** Candles that are complete and not drained yet. */
  private complete: IntervalCandle[] = []
  // The gathered trades of one second.
  private startMs = 0
  private endMs = 0
  private count = 0
  private firstTrade = 0
  private open = 0
  private high = 0
  private low = 0
  private close = 0
  /** Their volume and quote volume. */
  private readonly sums = new Float64Array(2 * SUM_NUMBERS)

  /** Takes a trade; times never decrease. */
  take({ tradeNumber, price, quantity, timestampMs }: CandleTrade): void {
    if (tradeNumber <= this.lastTrade) return
    if (timestampMs >= this.endMs) {
      this.enter()
      this.startMs = intervalStart(timestampMs, SECOND_MS)
      this.endMs = this.startMs + SECOND_MS
    }
    if (this.count === 0) {
      this.firstTrade = tradeNumber
      this.open = price
      this.high = price
      this.low = price
    } else if (price > this.high) this.high = price
    else if (price < this.low) this.low = price
    this.close = price
    this.count++
    this.lastTrade = tradeNumber
    addNumber(this.sums, 0, quantity)
    addProduct(this.sums, SUM_NUMBERS, price, quantity)
  }

  /** The candles that have changed since the last call: each interval's in order of time. */
  changed(): readonly IntervalCandle[] {
    this.enter()
    const candles = this.complete
    this.complete = []
    const { newest } = this
    for (let i = 0; i < LENGTHS.length; i++) {
      const at = i * NUMBERS
      if (newest[at + CHANGED] === 0) continue
      newest[at + CHANGED] = 0
      candles.push(this.candleAt(i))
    }
    return candles
  }

  /** The newest candle of each interval; none before the first trade. */
  latest(): readonly IntervalCandle[] {
    this.enter()
    return this.lastTrade === 0 ? [] : LENGTHS.map((_, i) => this.candleAt(i))
  }

  /**
   * Continues from the newest candle of every interval. Asserts that all are given and end with the same trade, as
   * those of one commit do.
   */
  restore(candles: readonly IntervalCandle[]): void {
    invariant(this.lastTrade === 0 && candles.length === INTERVALS.length, 'one candle of each interval is restored')
    const { newest } = this
    this.lastTrade = candles[0].lastTrade
    for (const candle of candles) {
      invariant(candle.lastTrade === this.lastTrade, `the ${candle.interval} candle ends with another trade`)
      const at = INTERVALS.indexOf(candle.interval) * NUMBERS
      const { startMs, open, high, low, close, count, firstTrade } = candle
      newest.set([startMs, open, high, low, close, count, firstTrade], at)
      writeSum(newest, at + VOLUME, candle.volume)
      writeSum(newest, at + QUOTE_VOLUME, candle.quoteVolume)
    }
  }

  /** Enters the gathered trades into the candle of each interval. */
  private enter(): void {
    if (this.count === 0) return
    for (let i = 0; i < LENGTHS.length; i++) this.enterInto(i)
    clearSum(this.sums, 0)
    clearSum(this.sums, SUM_NUMBERS)
    this.count = 0
  }

  private enterInto(i: number): void {
    const { newest, sums } = this
    const at = i * NUMBERS
    const startMs = intervalStart(this.startMs, LENGTHS[i])
    if (newest[at + COUNT] === 0 || newest[at + START] !== startMs) {
      if (newest[at + CHANGED] !== 0) this.complete.push(this.candleAt(i))
      newest[at + START] = startMs
      newest[at + OPEN] = this.open
      newest[at + HIGH] = this.high
      newest[at + LOW] = this.low
      newest[at + COUNT] = 0
      newest[at + FIRST_TRADE] = this.firstTrade
      clearSum(newest, at + VOLUME)
      clearSum(newest, at + QUOTE_VOLUME)
    } else {
      if (this.high > newest[at + HIGH]) newest[at + HIGH] = this.high
      if (this.low < newest[at + LOW]) newest[at + LOW] = this.low
    }
    newest[at + CLOSE] = this.close
    newest[at + COUNT] += this.count
    newest[at + CHANGED] = 1
    addSum(newest, at + VOLUME, sums, 0)
    addSum(newest, at + QUOTE_VOLUME, sums, SUM_NUMBERS)
  }

  private candleAt(i: number): IntervalCandle {
    const { newest } = this
    const at = i * NUMBERS
    const count = newest[at + COUNT]
    return {
      interval: INTERVALS[i],
      startMs: newest[at + START],
      open: newest[at + OPEN] as Ticks,
      high: newest[at + HIGH] as Ticks,
      low: newest[at + LOW] as Ticks,
      close: newest[at + CLOSE] as Ticks,
      volume: readSum(newest, at + VOLUME),
      quoteVolume: readSum(newest, at + QUOTE_VOLUME),
      count,
      firstTrade: newest[at + FIRST_TRADE],
      // The trades of a symbol have no gaps in their numbers.
      lastTrade: newest[at + FIRST_TRADE] + count - 1,
    }
  }
}
