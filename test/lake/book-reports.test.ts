/**
 * The reports of the book and of candles, against the folds of live market data over the same events: what SQL
 * computes from rows of the lake is what followers of the market saw.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Interval } from '../../src/lake-query/interval-words.ts'
import { depth, spread } from '../../src/lake-query/reports/book-reports.ts'
import { candles, dailyVolume } from '../../src/lake-query/reports/trade-reports.ts'
import type { BookLevel } from '../../src/marketdata/book-level.ts'
import { DepthBook } from '../../src/marketdata/depth-book.ts'
import type { StreamRecord } from '../../src/ports/order-stream.ts'
import { INTERVAL_MS } from '../../src/protocol/candle-interval.ts'
import { eventOf } from '../../src/protocol/event/event-of.ts'
import type { TradeExecuted } from '../../src/protocol/event/events.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { randomHistory } from '../contracts/random-history.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { decimal } from './expected-rows.ts'
import { type JsonRow, queryLake } from './query-lake.ts'
import { writeLake } from './sample-lake.ts'

const SYMBOLS = ['BTCUSD', 'ETHUSD']
const TOP = 2
const INTERVAL: Interval = '5m'
const WIDTH_MS = INTERVAL_MS[INTERVAL]

/** A record each 100 s instead of 10 ms: many intervals, every third record at the end of one, and midnight is passed. */
const START_MS = Date.UTC(2026, 10, 26, 23, 10)
const later = (ms: number) => (ms - 1_000) * 10_000 + START_MS
const history = randomHistory.map((records) =>
  records.map(
    (record): StreamRecord => ({
      ...record,
      timestampMs: later(Math.max(1_000, record.timestampMs)),
      commands: record.commands.map((command) =>
        command.kind === 'PlaceOrder' && command.expiresAtMs !== undefined
          ? { ...command, expiresAtMs: later(command.expiresAtMs) }
          : command,
      ),
    }),
  ),
)

interface BookAt {
  readonly timestampMs: number
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
}

/** What followers of the market saw, by symbol. */
class Followed {
  readonly books = new Map(SYMBOLS.map((symbol) => [symbol, [] as BookAt[]]))
  readonly trades: TradeExecuted[] = []
  /** Times of the first and the last event of an order. */
  readonly times = new Map<string, number[]>()
  private readonly folds = new Map(SYMBOLS.map((symbol) => [symbol, new DepthBook()]))

  write(lake: string, records: readonly StreamRecord[], flushEvery: number): void {
    writeLake(lake, records, {
      flushEvery,
      onEvent: (event) => {
        this.folds.get(event.symbol)?.take(event)
        if (event.kind === 'TradeExecuted') this.trades.push(eventOf(event) as TradeExecuted)
        if (['OrderAccepted', 'OrderAmended', 'OrderCanceled', 'TradeExecuted'].includes(event.kind)) {
          this.times.set(event.symbol, [...(this.times.get(event.symbol) ?? []), event.timestampMs])
        }
      },
      onRecord: ({ timestampMs }) => {
        for (const [symbol, fold] of this.folds) {
          fold.settle()
          this.books.get(symbol)?.push({ timestampMs, ...fold.top(Number.POSITIVE_INFINITY) })
        }
      },
    })
  }

  /** The ends of the intervals from the first to the last event. */
  *samples(): Generator<{ readonly time: number; readonly symbol: string; readonly book: BookAt | undefined }> {
    for (const symbol of SYMBOLS) {
      const times = this.times.get(symbol)
      if (times === undefined) continue
      const end = start(times[times.length - 1]) + WIDTH_MS
      for (let time = start(times[0]) + WIDTH_MS; time <= end; time += WIDTH_MS) {
        yield { time, symbol, book: this.books.get(symbol)?.findLast(({ timestampMs }) => timestampMs < time) }
      }
    }
  }
}

const start = (ms: number) => Math.floor(ms / WIDTH_MS) * WIDTH_MS
const iso = (ms: number) => new Date(ms).toISOString()
const short = (text: string) => text.replace(/\.?0+$/, '')
const termsOf = (symbol: string) => {
  const terms = DEMO_INSTRUMENTS.find((it) => it.symbol === symbol)
  if (terms === undefined) throw new Error(`no instrument ${symbol}`)
  return terms
}
const priceOf = (symbol: string, ticks: number) => short(decimal(ticks, termsOf(symbol).tickSize))
const quantityOf = (symbol: string, lots: number) => short(decimal(lots, termsOf(symbol).lotSize))
const sumOf = (levels: readonly { readonly quantity: number }[]) =>
  levels.reduce((sum, { quantity }) => sum + quantity, 0)

function grouped(trades: readonly TradeExecuted[], keyOf: (trade: TradeExecuted) => string) {
  const groups = new Map<string, TradeExecuted[]>()
  for (const trade of trades) groups.set(keyOf(trade), [...(groups.get(keyOf(trade)) ?? []), trade])
  return groups
}

const queried = (lake: string, sql: string): Promise<JsonRow[]> => queryLake(lake, sql).then(([rows]) => rows)

test('best prices, depth, candles and volume are those of live market data', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.integer({ min: 1, max: 90 }), async (records, flushEvery) => {
      const lake = temporaryDirectory()
      const followed = new Followed()
      followed.write(lake, records, flushEvery)
      const options = { interval: INTERVAL, top: TOP }
      const samples = [...followed.samples()]

      expect(await queried(lake, spread.sql(options))).toEqual(
        samples.map(({ time, symbol, book }) => {
          const [bid, ask] = [book?.bids[0], book?.asks[0]]
          return {
            time: iso(time),
            symbol,
            bid_quantity: bid === undefined ? null : quantityOf(symbol, bid.quantity),
            best_bid: bid === undefined ? null : priceOf(symbol, bid.price),
            best_ask: ask === undefined ? null : priceOf(symbol, ask.price),
            ask_quantity: ask === undefined ? null : quantityOf(symbol, ask.quantity),
            spread: bid === undefined || ask === undefined ? null : priceOf(symbol, ask.price - bid.price),
          }
        }),
      )

      expect(await queried(lake, depth.sql(options))).toEqual(
        samples.map(({ time, symbol, book }) => {
          const [bids, asks] = [book?.bids.slice(0, TOP) ?? [], book?.asks.slice(0, TOP) ?? []]
          return {
            time: iso(time),
            symbol,
            bid_levels: bids.length,
            bid_quantity: quantityOf(symbol, sumOf(bids)),
            lowest_bid: bids.length === 0 ? null : priceOf(symbol, (bids.at(-1) as BookLevel).price),
            highest_ask: asks.length === 0 ? null : priceOf(symbol, (asks.at(-1) as BookLevel).price),
            ask_quantity: quantityOf(symbol, sumOf(asks)),
            ask_levels: asks.length,
          }
        }),
      )

      const byKey = grouped(followed.trades, ({ symbol, timestampMs }) => `${symbol} ${iso(start(timestampMs))}`)
      expect(await queried(lake, candles.sql(options))).toEqual(
        [...byKey]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, trades]) => {
            const [symbol, time] = key.split(' ')
            const prices = trades.map(({ price }) => price)
            return {
              time,
              symbol,
              open: priceOf(symbol, prices[0]),
              high: priceOf(symbol, Math.max(...prices)),
              low: priceOf(symbol, Math.min(...prices)),
              close: priceOf(symbol, prices[prices.length - 1]),
              volume: quantityOf(symbol, sumOf(trades)),
              trade_count: trades.length,
            }
          }),
      )

      const days = grouped(followed.trades, ({ symbol, timestampMs }) => `${iso(timestampMs).slice(0, 10)} ${symbol}`)
      const volumes = await queried(lake, dailyVolume.sql(options))
      expect(
        volumes.map(({ day, symbol, trade_count, total_quantity }) => [day, symbol, trade_count, total_quantity]),
      ).toEqual(
        [...days]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, trades]) => {
            const [day, symbol] = key.split(' ')
            return [day, symbol, trades.length, quantityOf(symbol, sumOf(trades))]
          }),
      )
    }),
    // A failure is printed as it is: a shrunk one would take minutes, because each try writes files.
    { numRuns: 8, endOnFailure: true },
  )
})
