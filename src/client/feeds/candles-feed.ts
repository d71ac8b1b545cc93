/**
 * The candles of a symbol and an interval, without holes: a quiet interval between two candles is filled flat. The
 * intervals after the last trade are not there until the next trade; they would be flat too.
 */

import { INTERVAL_MS, type Interval } from '../../protocol/candle-interval.ts'
import type { Candle, CandlesMessage } from '../messages.ts'
import { Chain, Feed, type FeedSource, type Taken } from './feed.ts'

/** How many candles {@link CandlesFeed.candles} keeps. */
const KEPT = 1_000

export class CandlesFeed extends Feed<readonly Candle[]> {
  readonly symbol: string
  readonly interval: Interval
  /** Oldest first. */
  candles: readonly Candle[] = []
  private readonly chain = new Chain()

  constructor(symbol: string, interval: Interval, source: FeedSource) {
    super('all', source)
    this.symbol = symbol
    this.interval = interval
  }

  /** A change contains the new state of each candle that changed, oldest first. */
  protected apply(message: Readonly<Record<string, unknown>>): Taken {
    const { candles, ...chained } = message as unknown as CandlesMessage
    const taken = this.chain.take(chained as CandlesMessage, this.isCurrent)
    if (taken !== 'applied') return taken
    const changes = chained.type === 'snapshot' ? candles : this.withFlat(candles)
    if (chained.type === 'snapshot') this.candles = candles
    else this.candles = [...this.candles.filter(({ start }) => start < (changes[0]?.start ?? '~')), ...changes]
    this.candles = this.candles.slice(-KEPT)
    if (changes.length > 0) this.changed(changes)
    return taken
  }

  /** The candles of an update, with flat ones before each that does not follow the one before. */
  private withFlat(candles: readonly Candle[]): Candle[] {
    const filled: Candle[] = []
    let before = this.candles.findLast(({ start }) => candles.length > 0 && start < candles[0].start)
    for (const candle of candles) {
      if (before !== undefined) filled.push(...this.flatBetween(before, candle))
      filled.push(candle)
      before = candle
    }
    return filled
  }

  /** Of a long quiet time only the last intervals: those before would not be kept. */
  private flatBetween(before: Candle, after: Candle): Candle[] {
    const step = INTERVAL_MS[this.interval]
    const endMs = Date.parse(after.start)
    const flat: Candle[] = []
    const firstMs = Math.max(Date.parse(before.start) + step, endMs - KEPT * step)
    for (let startMs = firstMs; startMs < endMs; startMs += step) {
      flat.push(flatAt(new Date(startMs).toISOString(), before.close))
    }
    return flat
  }
}

const flatAt = (start: string, price: string): Candle => ({
  start,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: '0',
  quoteVolume: '0',
  count: 0,
  closed: true,
})
