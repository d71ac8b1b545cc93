/**
 * Reads the stored market data of a symbol up to a place of the stream of events. Events are appended to the stream a
 * moment before the mark says that they are published, and readers show what is published only. So the mark is awaited.
 */

import { type CandleRange, RangeTooLarge } from '../../ports/market-reader.ts'
import type { Mark } from '../../ports/publisher.ts'
import { type Candle, intervalStart } from '../../protocol/candle.ts'
import { INTERVAL_MS } from '../../protocol/candle-interval.ts'
import { PUSH_TRADES_FILLED_MAX } from '../../protocol/limits.ts'
import type { TradeRecord } from '../../protocol/records.ts'
import type { StoredMarket } from '../topics/publisher-ports.ts'
import { RECENT_TRADES } from '../topics/trades-topic.ts'
import type { PushPorts } from './push-ports.ts'

/** Together 1 s. A publication that takes longer fails, and its events are appended again. */
const MARK_READS = 11
const MARK_PAUSE_MS = 100
/** Pages that are read to go back from the newest trade to a place of the stream that is behind it. */
const PAGES_BACK_MAX = 10
const PAGE = 1_000

const NO_MARK: Pick<Mark, 'eventNumber' | 'tradeNumber'> = { eventNumber: 0, tradeNumber: 0 }

export class PublishedMarket {
  private readonly ports: Pick<PushPorts, 'marks' | 'trades' | 'market' | 'nowMs' | 'pause'>

  constructor(ports: Pick<PushPorts, 'marks' | 'trades' | 'market' | 'nowMs' | 'pause'>) {
    this.ports = ports
  }

  /** The mark, if it has an event. undefined: it does not move that far in time. */
  async markWith(symbol: string, eventNumber: number): Promise<typeof NO_MARK | undefined> {
    for (let reads = 1; ; reads++) {
      const mark = (await this.ports.marks.mark(symbol)) ?? NO_MARK
      if (mark.eventNumber >= eventNumber) return mark
      if (reads === MARK_READS) return undefined
      await this.ports.pause(MARK_PAUSE_MS)
    }
  }

  /** The last trades up to an event, newest first. `before`: a trade behind that event, if one is known. */
  async tradesUpTo(symbol: string, eventNumber: number, before: number | undefined): Promise<TradeRecord[]> {
    const { trades } = this.ports
    const until = (number: number | undefined) => (number === undefined ? {} : { before: number })
    let page = await trades.list(symbol, { limit: RECENT_TRADES, ...until(before) })
    for (let pages = 1; page.length > 0; pages++) {
      const lowest = page[page.length - 1]
      const found = page.findIndex((trade) => trade.eventNumber <= eventNumber)
      if (found === 0) return page.slice(0, RECENT_TRADES)
      if (found > 0) return trades.list(symbol, { limit: RECENT_TRADES, before: page[found].tradeNumber + 1 })
      if (pages > PAGES_BACK_MAX) return []
      page = await trades.list(symbol, { limit: PAGE, before: lowest.tradeNumber })
    }
    return []
  }

  /** All trades with a number above `after` and an event below `event`, oldest first. undefined: too many. */
  async tradesBetween(symbol: string, after: number, event: number): Promise<TradeRecord[] | undefined> {
    const found = await this.ports.trades.list(symbol, { after, limit: PUSH_TRADES_FILLED_MAX + 1, sort: 'asc' })
    const trades = found.filter(({ eventNumber }) => eventNumber < event)
    return trades.length > PUSH_TRADES_FILLED_MAX ? undefined : trades
  }

  /** For the folds of topics. What it returns may be ahead of the stream. */
  get stored(): StoredMarket {
    const { trades, market, nowMs } = this.ports
    return {
      trades: (symbol, limit) => trades.list(symbol, { limit }),
      latest: (symbol) => market.latest(symbol),
      // The clock of the exchange may be ahead of this one.
      candles: (symbol, interval, fromMs) => {
        const step = INTERVAL_MS[interval]
        const fromStart = intervalStart(fromMs, step)
        return longestOf({ fromMs: fromStart, toMs: intervalStart(nowMs(), step) + 2 * step }, step, (range) =>
          market.candles(symbol, interval, range),
        )
      },
    }
  }
}

/**
 * The candles of a range, or of its newest part that can be read. Seconds with too many trades are left out, and the
 * candle before them has its close only. Those that a topic keeps itself are exact.
 */
async function longestOf(
  whole: CandleRange,
  step: number,
  read: (range: CandleRange) => Promise<Candle[]>,
): Promise<Candle[]> {
  for (let { fromMs, toMs } = whole; fromMs < toMs; fromMs = toMs - Math.floor((toMs - fromMs) / (2 * step)) * step) {
    try {
      const candles = await read({ fromMs, toMs })
      return fromMs === whole.fromMs ? candles : candles.filter(({ startMs }) => startMs >= fromMs)
    } catch (cause) {
      if (!(cause instanceof RangeTooLarge)) throw cause
    }
  }
  return []
}
