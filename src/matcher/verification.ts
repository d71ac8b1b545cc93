/**
 * Proof that nothing was lost or doubled: the whole stream is applied again from the beginning, and
 * what comes of it is compared with what is kept. Determinism allows no difference, so any is told.
 */

import type { OrderStream, Position } from '../ports/order-stream.ts'
import type { SnapshotStore } from '../ports/snapshot-store.ts'
import type { Event } from '../protocol/events.ts'
import { isOpen, type OrderRecord, type TradeRecord } from '../protocol/records.ts'
import { canonical, ExchangeMatcher } from './exchange-matcher.ts'
import { restoreLatest } from './snapshot.ts'

/** The kept records, as they stand at the applied position. */
export interface KeptRecords {
  appliedPosition(): Promise<Position>
  find(account: string, orderId: string): OrderRecord | undefined
  findTrade(symbol: string, tradeNumber: number): TradeRecord | undefined
  count(): { orders: number; trades: number }
}

export interface Verification {
  readonly agrees: boolean
  /** What differs, the first few. */
  readonly differences: string[]
  readonly commands: number
  readonly events: number
  readonly trades: number
  readonly orders: number
  readonly openOrders: number
  /** Of the books replayed from the beginning. */
  readonly stateHash: string
  /** Of the books recovered from the last snapshot; null if there is none. */
  readonly recoveredHash: string | null
}

const DIFFERENCES_MAX = 20

export async function verify(
  stream: OrderStream,
  kept: KeptRecords,
  snapshots: SnapshotStore,
  onProgress?: (commands: number) => void,
): Promise<Verification> {
  const differences: string[] = []
  const differ = (what: string): void => {
    if (differences.length < DIFFERENCES_MAX) differences.push(what)
  }
  const applied = await kept.appliedPosition()
  const matcher = new ExchangeMatcher()
  let orders = 0
  let trades = 0
  for await (const records of stream.read(matcher.position)) {
    for (const record of records) {
      const entered = (_: number, events: readonly Event[]): void => {
        if (record.position <= applied) orders += events.filter(entersRecord).length
      }
      matcher.apply(record, entered)
      const commit = matcher.takeCommit()
      if (commit === undefined) continue
      matcher.committedUpTo(commit.to)
      if (commit.to > applied) continue
      for (const trade of commit.trades) compare(kept.findTrade(trade.symbol, trade.tradeNumber), trade, differ)
      // An order that has ended is as it is kept; one that is open is compared when all is applied.
      for (const order of commit.orders) {
        if (!isOpen(order.status)) compare(kept.find(order.account, order.orderId), order, differ)
      }
      trades += commit.trades.length
      if (commit.to === applied) compareOpen(matcher, kept, differ)
    }
    onProgress?.(matcher.commandCount)
  }
  const stateHash = matcher.stateHash()
  const recoveredHash = (await recoverBooks(stream, snapshots, matcher.position))?.stateHash() ?? null
  if (recoveredHash !== null && recoveredHash !== stateHash) differ('the snapshot leads to other books than the stream')
  const count = kept.count()
  if (matcher.position < applied) differ(`the records stand at ${applied}, the stream ends at ${matcher.position}`)
  if (count.orders !== orders) differ(`${count.orders} orders are kept, the stream makes ${orders}`)
  if (count.trades !== trades) differ(`${count.trades} trades are kept, the stream makes ${trades}`)
  let openOrders = 0
  for (const symbol of matcher.symbols.values()) openOrders += symbol.book.orders.count
  return {
    agrees: differences.length === 0,
    differences,
    commands: matcher.commandCount,
    events: matcher.eventCount,
    trades: matcher.tradeCount,
    orders,
    openOrders,
    stateHash,
    recoveredHash,
  }
}

/** Whether the event gives an order its record. */
function entersRecord(event: Event): boolean {
  return event.kind === 'OrderAccepted' || (event.kind === 'OrderRejected' && event.reason !== 'duplicate_order_id')
}

function compareOpen(matcher: ExchangeMatcher, kept: KeptRecords, differ: (what: string) => void): void {
  for (const symbol of matcher.symbols.values()) {
    for (const { record } of symbol.liveOrders()) compare(kept.find(record.account, record.orderId), record, differ)
  }
}

function compare<R extends OrderRecord | TradeRecord>(
  found: R | undefined,
  made: R,
  differ: (what: string) => void,
): void {
  if (found === undefined) differ(`missing: ${canonical(made)}`)
  else if (canonical(found) !== canonical(made)) differ(`kept ${canonical(found)}, the stream makes ${canonical(made)}`)
}

async function recoverBooks(
  stream: OrderStream,
  snapshots: SnapshotStore,
  end: Position,
): Promise<ExchangeMatcher | undefined> {
  const matcher = await restoreLatest(snapshots, end)
  if (matcher === undefined) return undefined
  for await (const records of stream.read(matcher.position)) {
    for (const record of records) {
      matcher.apply(record)
      matcher.skipCommit()
    }
  }
  return matcher
}
