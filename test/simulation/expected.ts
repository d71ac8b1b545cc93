/**
 * Compares the final state of a run with the state that follows from the stream alone. The naive exchange, which
 * has no batches, caches or crashes, gives the records and trades. A matcher that applies the whole stream once
 * gives the book.
 */

import { isDeepStrictEqual } from 'node:util'
import { hashBook } from '../../src/engine/state-hash.ts'
import { SymbolMatcher } from '../../src/matcher/symbol-matcher.ts'
import type { BookState } from '../../src/protocol/book-state.ts'
import type { Event, TradeExecuted } from '../../src/protocol/event/events.ts'
import { VIEW_LEVELS } from '../../src/protocol/limits.ts'
import type { TradeRecord } from '../../src/protocol/records.ts'
import { RULES_FIRST } from '../../src/protocol/versions.ts'
import { ReferenceExchange } from '../model/reference-exchange.ts'
import { tradeRecord } from '../model/trade-record.ts'
import { loadedBook } from './loaded-book.ts'
import { type CacheState, memoryBookCache } from './memory-book-cache.ts'
import { memoryPublisher, type PublishedState } from './memory-publisher.ts'
import { memoryStream } from './memory-stream.ts'
import type { StreamScript } from './stream-script.ts'

export async function differences(
  script: StreamScript,
  cache: CacheState,
  published: PublishedState,
): Promise<string[]> {
  const found: string[] = []
  for (const symbol of script.instruments.keys()) {
    const naive = new ReferenceExchange(symbol)
    const plain = new SymbolMatcher(symbol)
    const events: Event[] = []
    const commands = script.commands.get(symbol) ?? []
    for (const { command, timestampMs } of commands) {
      events.push(...naive.apply(command, timestampMs))
      plain.apply(command, timestampMs, { take: () => {} })
    }
    const trades = events.filter((event) => event.kind === 'TradeExecuted').map(tradeRecord)
    const complain = (what: unknown): number => found.push(`${symbol}: ${what}`)
    compareRecords(symbol, naive, trades, published, complain)
    compareMark(events, published, symbol, complain)
    compareTradeStream(trades, published.tradeStream.get(symbol) ?? [], complain)
    if (published.everyEvent) compareEventStream(events, published.eventStream.get(symbol) ?? [], complain)
    await compareBook(symbol, { script, cache, published }, naive, plain, complain).catch(complain)
  }
  return found
}

/**
 * The schedule of each symbol belongs to its last record. A late process of the parent of a shard may publish what was
 * committed in the shard. Then the schedule has the parent. The record may have been missing before a batch: then the
 * schedule has no shard.
 */
export function scheduleDifferences(script: StreamScript, { schedules }: PublishedState): string[] {
  const found: string[] = []
  for (const symbol of script.instruments.keys()) {
    const plain = new SymbolMatcher(symbol)
    for (const { command, timestampMs } of script.commands.get(symbol) ?? []) {
      plain.apply(command, timestampMs, { take: () => {} })
    }
    const records = script.shards.flatMap(({ name, parent, records }) =>
      records.map((record) => ({ ...record, names: [name, parent] })),
    )
    const last = records
      .filter((record) => record.symbol === symbol)
      .sort((a, b) => (a.position < b.position ? -1 : 1))
      .at(-1)
    const nextExpiryMs = plain.book.expiries.nextMs
    const expected = last && {
      recordAtMs: last.timestampMs,
      ...(nextExpiryMs < Number.POSITIVE_INFINITY && { nextExpiryMs }),
    }
    const stored = schedules.get(symbol)
    const { shardId, ...times } = stored ?? {}
    const isOfShard = shardId === undefined || last?.names.includes(shardId) === true
    if (!isOfShard || !isDeepStrictEqual(times, expected ?? {})) {
      found.push(`${symbol}: the schedule is ${JSON.stringify(stored)}, not ${JSON.stringify(expected)}`)
    }
  }
  return found
}

type Complain = (what: unknown) => void

function compareRecords(
  symbol: string,
  naive: ReferenceExchange,
  trades: readonly TradeRecord[],
  { orders, trades: stored }: PublishedState,
  complain: Complain,
): void {
  for (const record of naive.records()) {
    const kept = orders.get(`${record.account}/${record.orderId}`)
    if (!isDeepStrictEqual(kept, record)) complain(`order ${JSON.stringify(kept)} should be ${JSON.stringify(record)}`)
  }
  const kept = [...orders.values()].filter((record) => record.symbol === symbol)
  if (kept.length !== naive.records().length) complain(`${kept.length} orders, not ${naive.records().length}`)
  for (const trade of trades) {
    const text = stored.get(`${symbol}-${trade.tradeNumber}`)
    if (text === undefined || !isDeepStrictEqual(JSON.parse(text), trade))
      complain(`trade ${trade.tradeNumber}: ${text}`)
  }
  const count = [...stored.keys()].filter((key) => key.startsWith(`${symbol}-`)).length
  if (count !== trades.length) complain(`${count} trades, not ${trades.length}`)
}

function compareMark(events: readonly Event[], { marks }: PublishedState, symbol: string, complain: Complain): void {
  const mark = marks.get(symbol)
  const trades = events.filter((event): event is TradeExecuted => event.kind === 'TradeExecuted').length
  if ((mark?.eventNumber ?? 0) !== events.length) complain(`marked event ${mark?.eventNumber}, not ${events.length}`)
  if ((mark?.tradeNumber ?? 0) !== trades) complain(`marked trade ${mark?.tradeNumber}, not ${trades}`)
}

/** The trade stream has no gaps and is in order. A repeated trade is equal to the first copy. */
function compareTradeStream(
  trades: readonly TradeRecord[],
  records: readonly TradeRecord[][],
  complain: Complain,
): void {
  let next = 1
  for (const trade of records.flat()) {
    if (trade.tradeNumber > next) complain(`the trade stream jumps from ${next - 1} to ${trade.tradeNumber}`)
    if (!isDeepStrictEqual(trade, trades[trade.tradeNumber - 1]))
      complain(`the trade stream has ${JSON.stringify(trade)}`)
    next = Math.max(next, trade.tradeNumber + 1)
  }
  if (next !== trades.length + 1) complain(`the trade stream ends at ${next - 1} of ${trades.length}`)
}

/** The stream of events has every event, in order and without gaps. A repeated event is equal to the first copy. */
function compareEventStream(events: readonly Event[], records: readonly Event[][], complain: Complain): void {
  let next = 1
  for (const record of records) {
    record.forEach((event, i) => {
      if (event.number !== record[0].number + i) complain(`a record of events has ${event.number} at place ${i}`)
      if (event.number > next) complain(`the stream of events jumps from ${next - 1} to ${event.number}`)
      if (!isDeepStrictEqual(event, events[event.number - 1])) {
        complain(`the stream of events has ${JSON.stringify(event)}, not ${JSON.stringify(events[event.number - 1])}`)
      }
      next = Math.max(next, event.number + 1)
    })
  }
  if (next !== events.length + 1) complain(`the stream of events ends at ${next - 1} of ${events.length}`)
}

async function compareBook(
  symbol: string,
  world: { script: StreamScript; cache: CacheState; published: PublishedState },
  naive: ReferenceExchange,
  plain: SymbolMatcher,
  complain: Complain,
): Promise<void> {
  if (plain.commandNumber === 0 && world.cache.books.get(symbol) === undefined) return
  // The next process to load the book must get the same book.
  const cache = memoryBookCache(world.cache)
  const held = await loadedBook(symbol, {
    cache,
    publisher: memoryPublisher(world.published),
    snapshots: () => ({ save: async () => {}, latest: async () => undefined }),
    stream: memoryStream(() => world.script.shards),
  })
  const book = held?.replica.matcher.book
  if (book === undefined || hashBook(book) !== hashBook(plain.book)) complain('the book in the cache differs')
  const view = await cache.view(symbol)
  const expected = naive.book()
  const sides: Pick<BookState, 'bids' | 'asks'> = { bids: view?.bids ?? [], asks: view?.asks ?? [] }
  // Under the first rules a view in Redis has no numbers of orders (redis-view.ts); one in memory has them.
  const isCounted =
    plain.book.rules !== RULES_FIRST || ![...sides.bids, ...sides.asks].every((it) => it.orders === null)
  const shown = (levels: typeof expected.bids) =>
    levels
      .slice(0, VIEW_LEVELS)
      .map(({ price, total, orders }) => ({ price, quantity: total, orders: isCounted ? orders.length : null }))
  if (!isDeepStrictEqual(sides, { bids: shown(expected.bids), asks: shown(expected.asks) })) {
    complain(`the public book is ${JSON.stringify(sides)}`)
  }
}
