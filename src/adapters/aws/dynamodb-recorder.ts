/**
 * Records trades as candles and fills (candle-rows.ts, fill-rows.ts). Fills are written with each call, because an
 * account expects to see them. Minutes are gathered: a row is written when its minute is complete or 500 trades have
 * gathered. Then hours and days that have become complete follow, made of the rows below them, and the number of the
 * last recorded trade moves last.
 *
 * What was gathered is lost with the process, and after a failure. The next call starts at the recorded trade and reads
 * the trades after it from their table. All writes may be repeated, and an older process may still be writing.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CandleFold } from '../../marketdata/candle-fold.ts'
import { longerCandles } from '../../marketdata/joined-candles.ts'
import { inParallel } from '../../ports/in-parallel.ts'
import type { MarketRecorder } from '../../ports/market-recorder.ts'
import { type Candle, intervalStart } from '../../protocol/candle.ts'
import { INTERVAL_MS } from '../../protocol/candle-interval.ts'
import type { Instruments } from '../../protocol/command/codec.ts'
import type { TradeRecord } from '../../protocol/records.ts'
import { CandleRows } from './candle-rows.ts'
import { DynamoMarks } from './dynamodb-marks.ts'
import { DynamoTradeRows } from './dynamodb-trade-rows.ts'
import { FillRows } from './fill-rows.ts'

export interface RecorderTables {
  readonly candles: string
  readonly fills: string
  readonly trades: string
  readonly positions: string
}

/** Trades that are gathered at most: what a reader has to read, 16 queries of 10 KB. */
const GATHERED_MAX = 500
/** Missing trades that one call reads: about 5 seconds. */
const READ_MAX = 20_000
/** The same in one step: 300 KB of rows. */
const READ_AT_ONCE = 1_000
const WRITES_IN_FLIGHT = 32
const SYMBOLS_IN_FLIGHT = 8

/** A symbol as this process has it. */
interface Gathering {
  /** The last trade whose fills are written and that is in `minutes`. */
  taken: number
  /** The last trade that is recorded. */
  recorded: number
  /** The minute of that trade, and those after it, by time. The first may have trades after those that are taken. */
  minutes: Candle[]
}

export class DynamoRecorder implements MarketRecorder {
  private readonly candles: CandleRows
  private readonly fills: FillRows
  private readonly trades: DynamoTradeRows
  private readonly marks: DynamoMarks
  private readonly symbols = new Map<string, Gathering>()
  /** The last call for each symbol. */
  private readonly turns = new Map<string, Promise<void>>()

  /** `instruments`: the units of the rows of trades. */
  constructor(client: DynamoDBClient, tables: RecorderTables, instruments: Instruments) {
    this.candles = new CandleRows(client, tables.candles)
    this.fills = new FillRows(client, tables.fills)
    this.trades = new DynamoTradeRows(client, tables.trades, instruments)
    this.marks = new DynamoMarks(client, tables.positions)
  }

  async record(symbol: string, trades: readonly TradeRecord[]): Promise<void> {
    if (trades.length === 0) return
    await this.attempt(symbol, async () => {
      const before = trades[0].tradeNumber - 1
      let known = this.symbols.get(symbol)
      // Another process may have recorded what this one has not seen.
      if (known === undefined || known.taken < before) known = await this.load(symbol)
      await this.readUpTo(symbol, known, before)
      if (known.taken < before) return
      const { taken } = known
      await this.take(
        symbol,
        known,
        trades.filter(({ tradeNumber }) => tradeNumber > taken),
      )
    })
  }

  async catchUp(symbols: readonly string[]): Promise<number> {
    let missing = 0
    await inParallel(symbols, SYMBOLS_IN_FLIGHT, (symbol) =>
      this.attempt(symbol, async () => {
        const published = (await this.marks.mark(symbol))?.tradeNumber ?? 0
        let known = this.symbols.get(symbol)
        if (known === undefined || known.taken < published) known = await this.load(symbol)
        await this.readUpTo(symbol, known, published)
        if (known.recorded < known.taken) await this.write(symbol, known)
        missing += Math.max(0, published - known.taken)
      }),
    )
    return missing
  }

  /** After a failure it is not known what is written. */
  private attempt(symbol: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.turns.get(symbol) ?? Promise.resolve()).then(work).catch((cause) => {
      this.symbols.delete(symbol)
      throw cause
    })
    // The next call does not depend on how this one ends.
    const ended = turn.catch(() => {})
    this.turns.set(symbol, ended)
    return turn
  }

  private async load(symbol: string): Promise<Gathering> {
    const stored = await this.candles.recorded(symbol)
    const lastTrade = stored?.lastTrade ?? 0
    const minute = stored && (await this.candles.get(symbol, '1m', stored.minuteMs))
    const known = { taken: lastTrade, recorded: lastTrade, minutes: minute === undefined ? [] : [minute] }
    this.symbols.set(symbol, known)
    return known
  }

  /** Takes missing trades from their table, up to a number or as many as one call may. */
  private async readUpTo(symbol: string, known: Gathering, last: number): Promise<void> {
    const upTo = Math.min(last, known.taken + READ_MAX)
    while (known.taken < upTo) {
      const first = known.taken + 1
      await this.take(symbol, known, await this.trades.between(symbol, first, Math.min(upTo, first + READ_AT_ONCE - 1)))
      // Trades are written before the events that are recorded, and before the mark.
      if (known.taken < first) throw new RangeError(`trade ${first} of ${symbol} is not stored`)
    }
  }

  /** Takes the trades after the last one that was taken. */
  private async take(symbol: string, known: Gathering, trades: readonly TradeRecord[]): Promise<void> {
    if (trades.length === 0) return
    await this.fills.add(trades)
    const fold = new CandleFold()
    // The row of the minute may have trades that are not recorded, if a process has ended between the two writes.
    const inRows = known.minutes.at(-1)?.lastTrade ?? 0
    for (const trade of trades) if (trade.tradeNumber > inRows) fold.take(trade)
    const minutes = fold.changed().filter(({ interval }) => interval === '1m')
    known.minutes = longerCandles([...known.minutes, ...minutes], '1m')
    known.taken = trades[trades.length - 1].tradeNumber
    if (known.minutes.length > 1 || known.taken - known.recorded >= GATHERED_MAX) await this.write(symbol, known)
  }

  private async write(symbol: string, known: Gathering): Promise<void> {
    const { minutes, taken, recorded } = known
    const newest = minutes[minutes.length - 1]
    const changed = minutes.filter(({ lastTrade }) => lastTrade > recorded)
    await inParallel(changed, WRITES_IN_FLIGHT, (minute) => this.candles.put(symbol, '1m', minute))
    await this.writeComplete(symbol, '1h', '1m', minutes)
    await this.writeComplete(symbol, '1d', '1h', minutes)
    await this.candles.setRecorded(symbol, { lastTrade: taken, minuteMs: newest.startMs })
    known.recorded = taken
    known.minutes = [newest]
  }

  /** Writes the candles of the intervals that ended between the first and the last of these minutes. */
  private async writeComplete(
    symbol: string,
    interval: '1h' | '1d',
    from: '1m' | '1h',
    minutes: readonly Candle[],
  ): Promise<void> {
    const length = INTERVAL_MS[interval]
    const starts = new Set(minutes.map(({ startMs }) => intervalStart(startMs, length)))
    starts.delete(intervalStart(minutes[minutes.length - 1].startMs, length))
    await inParallel([...starts], WRITES_IN_FLIGHT, async (fromMs) => {
      const parts = await this.candles.list(symbol, from, { fromMs, toMs: fromMs + length })
      for (const candle of longerCandles(parts, interval)) await this.candles.put(symbol, interval, candle)
    })
  }
}
