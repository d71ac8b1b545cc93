/**
 * Verifies that no record was lost or doubled. It applies the whole stream from the beginning and compares the
 * result with the stored records: closed orders and trades one by one, books and open orders by the state hash
 * after recovery from the newest snapshot. Matching is deterministic, so every difference is an error.
 */

import { BEGINNING, type MalformedLine, type OrderStream, type Position } from '../ports/order-stream.ts'
import type { SnapshotStore } from '../ports/snapshot-store.ts'
import type { OrderRecord, TradeRecord } from '../protocol/records.ts'
import { restoreLatest } from './exchange-snapshot.ts'
import { canonical, ExchangeState } from './exchange-state.ts'
import { instrumentsOf } from './recover.ts'

/** The stored closed orders and trades, up to the applied position. */
export interface KeptRecords {
  appliedPosition(): Promise<Position>
  find(account: string, orderId: string): OrderRecord | undefined
  findTrade(symbol: string, tradeNumber: number): TradeRecord | undefined
  count(): { orders: number; trades: number }
}

export interface Verification {
  readonly agrees: boolean
  /** The first differences. */
  readonly differences: string[]
  readonly commands: number
  readonly events: number
  readonly trades: number
  readonly orders: number
  readonly openOrders: number
  /** Lines of the stream that are not commands. They are not applied, and are no difference. */
  readonly malformedLines: number
  readonly firstMalformed: MalformedLine | null
  /** The rules in force at the end of the stream. */
  readonly rules: number
  /** State hash after applying the stream from the beginning. */
  readonly stateHash: string
  /** State hash after recovery from the last snapshot; null without a snapshot. */
  readonly recoveredHash: string | null
}

/** What is stored before the first commit: nothing. */
export const NO_RECORDS: KeptRecords = {
  appliedPosition: async () => BEGINNING,
  find: () => undefined,
  findTrade: () => undefined,
  count: () => ({ orders: 0, trades: 0 }),
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
  const state = new ExchangeState()
  const { matcher, orders } = state
  let closed = 0
  let closedLater = 0
  let trades = 0
  let malformedLines = 0
  let firstMalformed: MalformedLine | null = null
  for await (const records of stream.read(matcher.position, [])) {
    for (const record of records) {
      state.apply(record)
      if (record.malformed !== undefined) {
        malformedLines += record.malformed.length
        firstMalformed ??= record.malformed[0]
      }
      const commit = state.takeCommit()
      if (commit === undefined) continue
      orders.committedUpTo(commit.to)
      if (commit.to > applied) {
        closedLater += commit.orders.length
        continue
      }
      for (const trade of commit.trades) compare(kept.findTrade(trade.symbol, trade.tradeNumber), trade, differ)
      for (const order of commit.orders) compare(kept.find(order.account, order.orderId), order, differ)
      closed += commit.orders.length
      trades += commit.trades.length
    }
    onProgress?.(matcher.commandCount)
  }
  const stateHash = state.stateHash()
  const recoveredHash = (await recoverBooks(stream, snapshots, matcher.position))?.stateHash() ?? null
  if (recoveredHash !== null && recoveredHash !== stateHash)
    differ('the books by the snapshot differ from the books by the log')
  const count = kept.count()
  if (matcher.position < applied) differ(`the records are at ${applied}, the log ends at ${matcher.position || 0}`)
  if (count.orders !== closed) differ(`${count.orders} closed orders are stored, the log gives ${closed}`)
  if (count.trades !== trades) differ(`${count.trades} trades are stored, the log gives ${trades}`)
  const openOrders = matcher.openOrderCount
  return {
    agrees: differences.length === 0,
    differences,
    commands: matcher.commandCount,
    events: matcher.eventCount,
    trades: matcher.tradeCount,
    orders: closed + closedLater + openOrders,
    openOrders,
    malformedLines,
    firstMalformed,
    rules: matcher.rules,
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
  else if (canonical(found) !== canonical(made)) differ(`stored ${canonical(found)}, the log gives ${canonical(made)}`)
}

async function recoverBooks(
  stream: OrderStream,
  snapshots: SnapshotStore,
  end: Position,
): Promise<ExchangeState | undefined> {
  const state = await restoreLatest(snapshots, end)
  if (state === undefined) return undefined
  for await (const records of stream.read(state.matcher.position, instrumentsOf(state))) {
    for (const record of records) {
      state.apply(record)
      state.orders.skipCommit()
    }
  }
  return state
}
