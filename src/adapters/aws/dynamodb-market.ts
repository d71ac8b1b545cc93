/**
 * Candles and tickers: the rows that the recorder has written (candle-rows.ts), and after them the trades that are
 * published and not in the rows. So an answer is exact and current, whether or not the recorder is up to date. How far
 * it is, is read first, and the mark last: rows and trades then have no gap between them.
 *
 * Candles of seconds are made of trades alone. All others are made of the longest stored intervals that fit: a day
 * that was complete at the recorded trade is one row, the present one up to 24 hours and 60 minutes.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { longerCandles, tickerOf } from '../../marketdata/joined-candles.ts'
import { windowStart } from '../../marketdata/ticker.ts'
import { type CandleRange, type MarketReader, RangeTooLarge } from '../../ports/market-reader.ts'
import { type Candle, type IntervalCandle, intervalStart } from '../../protocol/candle.ts'
import { INTERVAL_MS, INTERVALS, type Interval } from '../../protocol/candle-interval.ts'
import type { Instruments } from '../../protocol/command/codec.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { SECONDS_TRADES_MAX } from '../../protocol/limits.ts'
import type { TradeRecord } from '../../protocol/records.ts'
import type { Ticker } from '../../protocol/ticker.ts'
import { CandleRows, type Recorded, type StoredInterval } from './candle-rows.ts'
import { DynamoMarks } from './dynamodb-marks.ts'
import { DynamoTradeRows } from './dynamodb-trade-rows.ts'

export interface MarketTables {
  readonly candles: string
  readonly trades: string
  readonly positions: string
}

/** Trades of one request: of candles of seconds, and of all others those that are not recorded, usually up to 500. */
export interface MarketLimits {
  readonly secondsTradesMax: number
  /** With more, the recorder has just begun or does not work. */
  readonly unrecordedMax: number
}

const LIMITS: MarketLimits = { secondsTradesMax: SECONDS_TRADES_MAX, unrecordedMax: 20_000 }
/** Trades that are read at once, to find the first one of a second. */
const READ_BACK = 100
const END = Number.MAX_SAFE_INTEGER

/** Of which stored intervals each is made, longest first. */
const MADE_OF: Readonly<Record<Exclude<Interval, '1s'>, readonly StoredInterval[]>> = {
  '1m': ['1m'],
  '5m': ['1m'],
  '15m': ['1m'],
  '1h': ['1h', '1m'],
  '4h': ['1h', '1m'],
  '1d': ['1d', '1h', '1m'],
}

export class DynamoMarket implements MarketReader {
  private readonly rows: CandleRows
  private readonly trades: DynamoTradeRows
  private readonly marks: DynamoMarks
  private readonly limits: MarketLimits
  /** The last ticker of each symbol, for the list of all: most symbols have not traded since. */
  private readonly tickers = new Map<string, KnownTicker>()

  constructor(client: DynamoDBClient, tables: MarketTables, instruments: Instruments, limits = LIMITS) {
    this.limits = limits
    this.rows = new CandleRows(client, tables.candles)
    this.trades = new DynamoTradeRows(client, tables.trades, instruments)
    this.marks = new DynamoMarks(client, tables.positions)
  }

  /** Throws {@link RangeTooLarge} for seconds that have too many trades. */
  async candles(symbol: string, interval: Interval, range: CandleRange): Promise<Candle[]> {
    if (interval === '1s') return this.seconds(symbol, range)
    const { candles } = await this.read(symbol, (recorded) => partsOf(MADE_OF[interval], range, recorded))
    return inRange(candles, interval, range)
  }

  async latest(symbol: string): Promise<IntervalCandle[]> {
    const { candles, lastTrade } = await this.read(symbol, (recorded) => {
      const fromMs = recorded === undefined ? 0 : intervalStart(recorded.minuteMs, INTERVAL_MS['1d'])
      return partsOf(MADE_OF['1d'], { fromMs, toMs: END }, recorded)
    })
    const newest = candles.at(-1)
    if (newest === undefined) return []
    const latest: IntervalCandle[] = [{ ...(await this.newestSecond(symbol, lastTrade)), interval: '1s' }]
    for (const interval of INTERVALS) {
      if (interval === '1s') continue
      const fromMs = intervalStart(newest.startMs, INTERVAL_MS[interval])
      const [candle] = longerCandles(
        candles.filter(({ startMs }) => startMs >= fromMs),
        interval,
      )
      latest.push({ ...candle, interval })
    }
    return latest
  }

  async ticker(symbol: string, nowMs: number): Promise<Ticker | undefined> {
    const fromMs = windowStart(nowMs)
    const known = this.tickers.get(symbol)
    const published = (await this.marks.mark(symbol))?.tradeNumber ?? 0
    if (published === 0) return undefined
    if (known?.fromMs === fromMs && known.lastTrade >= published) return known.ticker
    const hourMs = Math.ceil(fromMs / INTERVAL_MS['1h']) * INTERVAL_MS['1h']
    const { candles, lastTrade } = await this.read(symbol, (recorded) => [
      { interval: '1m', range: { fromMs, toMs: hourMs } },
      ...partsOf(MADE_OF['1h'], { fromMs: hourMs, toMs: END }, recorded),
    ])
    const [before, within] = split(candles, fromMs)
    const ticker = tickerOf(within, before)
    this.tickers.set(symbol, { fromMs, lastTrade, ticker })
    return ticker
  }

  /**
   * The stored candles of some ranges, and of each minute the trades that are not in them, by time. Before the first
   * range there is the last minute, if there is one.
   */
  private async read(symbol: string, partsAt: (recorded: Recorded | undefined) => readonly Part[]): Promise<Read> {
    const recorded = await this.rows.recorded(symbol)
    const parts = partsAt(recorded)
    const fromMs = Math.min(...parts.map(({ range }) => range.fromMs))
    const [before, ...lists] = await Promise.all([
      this.rows.minuteBefore(symbol, fromMs),
      ...parts.map(({ interval, range }) => this.rows.list(symbol, interval, range)),
    ])
    const stored = [...(before === undefined ? [] : [before]), ...lists.flat()]
    const through = recorded?.lastTrade ?? 0
    const published = (await this.marks.mark(symbol))?.tradeNumber ?? 0
    // A row may have trades that are not published yet. Then the answer has all trades up to the last of them.
    const lastTrade = Math.max(through, published, ...stored.map((candle) => candle.lastTrade))
    if (lastTrade - through > this.limits.unrecordedMax) {
      throw new OperationalFailure('unavailable', `the candles of ${symbol} are being made`, { retryable: true })
    }
    const ends = new Map(stored.map((candle) => [candle.startMs, candle.lastTrade]))
    const minuteMs = INTERVAL_MS['1m']
    const newer = (await this.trades.between(symbol, through + 1, lastTrade))
      .filter(({ tradeNumber, timestampMs }) => tradeNumber > (ends.get(intervalStart(timestampMs, minuteMs)) ?? 0))
      .map((trade) => candleOf(trade, minuteMs))
    const candles = [...stored, ...longerCandles(newer, '1m')].sort((a, b) => a.startMs - b.startMs)
    return { candles, lastTrade }
  }

  private async seconds(symbol: string, { fromMs, toMs }: CandleRange): Promise<Candle[]> {
    const newest = (await this.marks.mark(symbol))?.tradeNumber ?? 0
    const [first, end] = await Promise.all([
      this.trades.numberAt(symbol, fromMs, newest),
      this.trades.numberAt(symbol, toMs, newest),
    ])
    const { secondsTradesMax } = this.limits
    if (end - first > secondsTradesMax) throw new RangeTooLarge(end - first, secondsTradesMax)
    const trades = await this.trades.between(symbol, Math.max(1, first - 1), end - 1)
    return longerCandles(
      trades.map((trade) => candleOf(trade, INTERVAL_MS['1s'])),
      '1s',
    )
  }

  /** The second of a trade, up to that trade. */
  private async newestSecond(symbol: string, lastTrade: number): Promise<Candle> {
    let trades: TradeRecord[] = []
    for (let last = lastTrade; ; last -= READ_BACK) {
      const first = Math.max(1, last - READ_BACK + 1)
      trades = [...(await this.trades.between(symbol, first, last)), ...trades]
      const fromMs = intervalStart(trades[trades.length - 1].timestampMs, INTERVAL_MS['1s'])
      if (first > 1 && trades[0].timestampMs >= fromMs) continue
      const own = trades.filter(({ timestampMs }) => timestampMs >= fromMs)
      return longerCandles(
        own.map((trade) => candleOf(trade, INTERVAL_MS['1s'])),
        '1s',
      )[0]
    }
  }
}

interface KnownTicker {
  /** Start of its window. */
  readonly fromMs: number
  readonly lastTrade: number
  readonly ticker: Ticker | undefined
}

interface Part {
  readonly interval: StoredInterval
  readonly range: CandleRange
}

interface Read {
  readonly candles: Candle[]
  readonly lastTrade: number
}

/** Where a range is read: of each interval what was complete at the recorded trade, of the last one all. */
function partsOf(intervals: readonly StoredInterval[], range: CandleRange, recorded: Recorded | undefined): Part[] {
  const parts: Part[] = []
  let { fromMs } = range
  for (const interval of intervals) {
    const openMs = recorded === undefined ? 0 : intervalStart(recorded.minuteMs, INTERVAL_MS[interval])
    const toMs = interval === '1m' ? range.toMs : Math.min(range.toMs, openMs)
    parts.push({ interval, range: { fromMs, toMs } })
    fromMs = Math.max(fromMs, toMs)
  }
  return parts
}

const candleOf = ({ tradeNumber, price, quantity, timestampMs }: TradeRecord, intervalMs: number): Candle => ({
  startMs: intervalStart(timestampMs, intervalMs),
  open: price,
  high: price,
  low: price,
  close: price,
  volume: BigInt(quantity),
  quoteVolume: BigInt(price) * BigInt(quantity),
  count: 1,
  firstTrade: tradeNumber,
  lastTrade: tradeNumber,
})

/** The last candle before a time, and those from it on. */
function split(candles: readonly Candle[], fromMs: number): [Candle | undefined, Candle[]] {
  const before = candles.filter(({ startMs }) => startMs < fromMs)
  return [before.at(-1), candles.slice(before.length)]
}

function inRange(candles: readonly Candle[], interval: Interval, { fromMs, toMs }: CandleRange): Candle[] {
  const [before, within] = split(candles, fromMs)
  const wanted = longerCandles(
    within.filter(({ startMs }) => startMs < toMs),
    interval,
  )
  return before === undefined ? wanted : [before, ...wanted]
}
