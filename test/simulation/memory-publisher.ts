/**
 * DynamoDB and the two streams of results in memory. Items are written one by one, some of them concurrently. Any write may
 * fail, and the writes before it remain. Each write of a trade checks that a stored trade never changes.
 */

import { BEGINNING, type Position } from '../../src/ports/order-stream.ts'
import type { Mark, Publication, Publisher, Schedule, StoredMark } from '../../src/ports/publisher.ts'
import type { SnapshotMark, SymbolState } from '../../src/ports/symbol-states.ts'
import { EventFeedReader } from '../../src/protocol/event/event-feed-reader.ts'
import { eventOf } from '../../src/protocol/event/event-of.ts'
import type { Event } from '../../src/protocol/event/events.ts'
import type { OrderRecord, TradeRecord } from '../../src/protocol/records.ts'
import { tradesIn } from '../../src/protocol/trade-record.ts'

export class PublishedState {
  readonly orders = new Map<string, OrderRecord>()
  readonly trades = new Map<string, string>()
  readonly marks = new Map<string, Mark>()
  readonly schedules = new Map<string, Schedule>()
  /** What is stored beside the marks. */
  readonly states = new Map<string, SymbolState>()
  readonly snapshots = new Map<string, SnapshotMark>()
  readonly acceptedLosses = new Map<string, Position>()
  /** Records of the trade stream, by symbol. */
  readonly tradeStream = new Map<string, TradeRecord[][]>()
  /** Records of the stream of events, by symbol; none unless every event is published. */
  readonly eventStream = new Map<string, Event[][]>()
  readonly faults: string[] = []
  readonly everyEvent: boolean

  constructor(everyEvent = false) {
    this.everyEvent = everyEvent
  }

  writeTrade(trade: TradeRecord): void {
    const key = `${trade.symbol}-${trade.tradeNumber}`
    const text = JSON.stringify(trade)
    const stored = this.trades.get(key)
    if (stored !== undefined && stored !== text) this.faults.push(`trade ${key} was ${stored}, now ${text}`)
    this.trades.set(key, text)
  }

  writeOrder(record: OrderRecord): void {
    const key = `${record.account}/${record.orderId}`
    const stored = this.orders.get(key)
    if (stored !== undefined && stored.lastEvent >= record.lastEvent) return
    this.orders.set(key, structuredClone(record))
  }

  appendTrades(symbol: string, trades: readonly TradeRecord[]): void {
    const records = this.tradeStream.get(symbol) ?? []
    this.tradeStream.set(symbol, [...records, structuredClone(trades) as TradeRecord[]])
  }

  appendEvents(symbol: string, batch: Uint8Array): void {
    const events: Event[] = []
    const event = new EventFeedReader(batch)
    while (event.next()) events.push(eventOf(event))
    this.eventStream.set(symbol, [...(this.eventStream.get(symbol) ?? []), events])
  }

  /** The row of a symbol. */
  markOf(symbol: string): StoredMark | undefined {
    const mark = this.marks.get(symbol)
    const [state, snapshot, acceptedLoss] = [this.states, this.snapshots, this.acceptedLosses].map((of) =>
      of.get(symbol),
    )
    if (mark === undefined && state === undefined) return undefined
    const schedule = this.schedules.get(symbol)
    const none = { position: BEGINNING, eventNumber: 0, tradeNumber: 0 }
    return {
      ...(mark ?? none),
      ...(schedule !== undefined && { schedule }),
      ...(state !== undefined && { state: state as SymbolState }),
      ...(snapshot !== undefined && { snapshot: snapshot as SnapshotMark }),
      ...(acceptedLoss !== undefined && { acceptedLoss: acceptedLoss as Position }),
    }
  }

  moveMark(symbol: string, mark: Mark, schedule: Schedule): void {
    const stored = this.marks.get(symbol)
    if (stored !== undefined && stored.position >= mark.position) return
    this.marks.set(symbol, mark)
    this.schedules.set(symbol, schedule)
  }
}

/** A publication with more trades than this becomes several records of the trade stream. */
const TRADES_PER_RECORD = 2

export function memoryPublisher(
  state: PublishedState,
  visit: (label: string) => Promise<void> = async () => {},
): Publisher {
  const write = async (label: string, effect: () => void): Promise<void> => {
    await visit(label)
    effect()
  }
  /** Runs the writes concurrently. Throws only after all have ended, so that none is still running. */
  const all = async (writes: Promise<void>[]): Promise<void> => {
    const refused = (await Promise.allSettled(writes)).find((result) => result.status === 'rejected')
    if (refused !== undefined) throw refused.reason
  }
  return {
    wantsEveryEvent: state.everyEvent,
    async mark(symbol) {
      await visit('mark read')
      const mark = state.markOf(symbol)
      await visit('mark was read')
      return mark
    },
    async entered(account, orderId) {
      await visit('order read')
      const record = state.orders.get(`${account}/${orderId}`)
      await visit('order was read')
      return record
    },
    async publish({ symbol, orders, events, mark, schedule }: Publication) {
      const trades = events === undefined ? [] : tradesIn(events).map(({ trade }) => trade)
      await all(trades.map((trade) => write('trade write', () => state.writeTrade(trade))))
      await all(orders.map((order) => write('order write', () => state.writeOrder(order))))
      for (let i = 0; i < trades.length; i += TRADES_PER_RECORD) {
        const some = trades.slice(i, i + TRADES_PER_RECORD)
        await write('trade stream append', () => state.appendTrades(symbol, some))
      }
      if (state.everyEvent && events !== undefined) {
        await write('event stream append', () => state.appendEvents(symbol, events))
      }
      await write('mark write', () => state.moveMark(symbol, mark, schedule))
      await visit('mark written')
    },
  }
}
