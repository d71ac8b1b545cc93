/**
 * Proof that nothing was lost or doubled: the whole stream is applied again from the beginning, and
 * what comes of it is compared with what is kept: orders that have ended and trades one by one, the
 * books with their open orders by the hash of what the last snapshot leads to. Determinism allows no
 * difference, so any is told.
 */

import type { OrderStream, Position } from '../ports/order-stream.ts'
import type { SnapshotStore } from '../ports/snapshot-store.ts'
import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import { canonical, ExchangeMatcher } from './exchange-matcher.ts'
import { restoreLatest } from './snapshot.ts'

/** What is kept of orders that have ended and of trades, up to the applied position. */
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
  let ended = 0
  let endedLater = 0
  let trades = 0
  for await (const records of stream.read(matcher.position)) {
    for (const record of records) {
      matcher.apply(record)
      const commit = matcher.takeCommit()
      if (commit === undefined) continue
      matcher.committedUpTo(commit.to)
      if (commit.to > applied) {
        endedLater += commit.orders.length
        continue
      }
      for (const trade of commit.trades) compare(kept.findTrade(trade.symbol, trade.tradeNumber), trade, differ)
      for (const order of commit.orders) compare(kept.find(order.account, order.orderId), order, differ)
      ended += commit.orders.length
      trades += commit.trades.length
    }
    onProgress?.(matcher.commandCount)
  }
  const stateHash = matcher.stateHash()
  const recoveredHash = (await recoverBooks(stream, snapshots, matcher.position))?.stateHash() ?? null
  if (recoveredHash !== null && recoveredHash !== stateHash) differ('the snapshot leads to other books than the stream')
  const count = kept.count()
  if (matcher.position < applied) differ(`the records stand at ${applied}, the stream ends at ${matcher.position}`)
  if (count.orders !== ended) differ(`${count.orders} ended orders are kept, the stream makes ${ended}`)
  if (count.trades !== trades) differ(`${count.trades} trades are kept, the stream makes ${trades}`)
  const openOrders = matcher.liveCount
  return {
    agrees: differences.length === 0,
    differences,
    commands: matcher.commandCount,
    events: matcher.eventCount,
    trades: matcher.tradeCount,
    orders: ended + endedLater + openOrders,
    openOrders,
    stateHash,
    recoveredHash,
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
