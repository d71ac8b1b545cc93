/**
 * Candles of one machine.
 *
 *   candles   [symbol, milliseconds of the interval, start] → open, high, low, close, count, number of the first
 *             trade, volume, quote volume
 *
 * Seconds, minutes, hours and days are stored; the others are made of them. A day at one trade a second is 86,400
 * rows, fewer bytes than the trades themselves. Sums above 2^53 are decimal text.
 */

import type { Database } from 'lmdb'
import { CandleFold } from '../../../marketdata/candle-fold.ts'
import { joinCandles } from '../../../marketdata/joined-candles.ts'
import type { CandleRange } from '../../../ports/market-reader.ts'
import { ENTRIES_PER_STEP, type Paced } from '../../../ports/paced.ts'
import type { Candle, IntervalCandle } from '../../../protocol/candle.ts'
import { INTERVAL_MS, type Interval } from '../../../protocol/candle-interval.ts'
import type { TradeRecord } from '../../../protocol/records.ts'
import type { Ticks } from '../../../protocol/units.ts'

export type CandleKey = [symbol: string, intervalMs: number, startMs: number]
export type CandleRow = [
  open: number,
  high: number,
  low: number,
  close: number,
  count: number,
  firstTrade: number,
  volume: number | string,
  quoteVolume: number | string,
]

/** Of which stored interval each is made. */
const STORED_AS: Readonly<Record<Interval, Interval>> = {
  '1s': '1s',
  '1m': '1m',
  '5m': '1m',
  '15m': '1m',
  '1h': '1h',
  '4h': '1h',
  '1d': '1d',
}
const STORED: readonly Interval[] = [...new Set(Object.values(STORED_AS))]

export const storedIntervalOf = (interval: Interval): Interval => STORED_AS[interval]

export class StoredCandles {
  // Absent if a reader opens a file whose writer did not make it.
  private readonly table: Database<CandleRow, CandleKey> | undefined

  constructor(table: Database<CandleRow, CandleKey> | undefined) {
    this.table = table
  }

  /** The rows after successive trades of one symbol, which are after all that are stored. */
  rowsWith(symbol: string, trades: readonly TradeRecord[]): [CandleKey, CandleRow][] {
    const fold = new CandleFold()
    for (const trade of trades) fold.take(trade)
    const rows: [CandleKey, CandleRow][] = []
    for (const candle of fold.changed()) {
      if (!STORED.includes(candle.interval)) continue
      const key: CandleKey = [symbol, INTERVAL_MS[candle.interval], candle.startMs]
      const known = this.table?.get(key)
      rows.push([key, rowOf(known === undefined ? candle : joinCandles(candleOf(candle.startMs, known), candle))])
    }
    return rows
  }

  put(key: CandleKey, row: CandleRow): void {
    this.table?.put(key, row)
  }

  /**
   * The stored candles of which an interval is made, by time, and before them the last one before the range. Read from
   * the newest, because only that may change between two steps.
   */
  *list(symbol: string, interval: Interval, { fromMs, toMs }: CandleRange): Paced<Candle[]> {
    const intervalMs = INTERVAL_MS[STORED_AS[interval]]
    const candles: Candle[] = []
    let start: CandleKey = [symbol, intervalMs, toMs - 1]
    for (;;) {
      const range = { start, end: [symbol, intervalMs, -1] as CandleKey, reverse: true, limit: ENTRIES_PER_STEP }
      let count = 0
      for (const { key, value } of this.table?.getRange(range) ?? []) {
        count++
        candles.push(candleOf(key[2], value))
        if (key[2] < fromMs) return candles.reverse()
        start = [symbol, intervalMs, key[2] - 1]
      }
      if (count < ENTRIES_PER_STEP) return candles.reverse()
      yield
    }
  }

  /** The newest stored candle of an interval. */
  newest(symbol: string, interval: Interval): IntervalCandle | undefined {
    const intervalMs = INTERVAL_MS[interval]
    const start: CandleKey = [symbol, intervalMs, Number.MAX_SAFE_INTEGER]
    const [row] = this.table?.getRange({ start, end: [symbol, intervalMs, -1], reverse: true, limit: 1 }) ?? []
    return row === undefined ? undefined : { ...candleOf(row.key[2], row.value), interval }
  }
}

const shortOf = (sum: bigint): number | string => (sum <= Number.MAX_SAFE_INTEGER ? Number(sum) : String(sum))

function rowOf({ open, high, low, close, count, firstTrade, volume, quoteVolume }: Candle): CandleRow {
  return [open, high, low, close, count, firstTrade, shortOf(volume), shortOf(quoteVolume)]
}

function candleOf(startMs: number, row: CandleRow): Candle {
  const [open, high, low, close, count, firstTrade, volume, quoteVolume] = row
  return {
    startMs,
    open: open as Ticks,
    high: high as Ticks,
    low: low as Ticks,
    close: close as Ticks,
    volume: BigInt(volume),
    quoteVolume: BigInt(quoteVolume),
    count,
    firstTrade,
    // The trades of a symbol have no gaps in their numbers.
    lastTrade: firstTrade + count - 1,
  }
}
