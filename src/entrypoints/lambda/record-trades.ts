/** Records the trades of a delivery: symbols side by side, the records of one in sequence. */

import type { EventRecord } from '../../ports/event-record.ts'
import { inParallel } from '../../ports/in-parallel.ts'
import type { MarketRecorder } from '../../ports/market-recorder.ts'
import type { TradeRecord } from '../../protocol/records.ts'

const SYMBOLS_IN_FLIGHT = 16

/** Throws OperationalFailure if something is not recorded. */
export async function recordTrades(recorder: MarketRecorder, records: readonly EventRecord[]): Promise<void> {
  const symbols = [...new Set(records.map(({ symbol }) => symbol))]
  await inParallel(symbols, SYMBOLS_IN_FLIGHT, async (symbol) => {
    const own = records.filter((record) => record.symbol === symbol)
    // Trades of a record that cannot be read may be the last ones for long.
    if (own.some(({ kind }) => kind === 'unreadable')) await recorder.catchUp([symbol])
    for (const trades of runsOf(own)) await recorder.record(symbol, trades)
  })
}

/** The trades of records of one symbol as runs of successive numbers. Records may have the same trades. */
function runsOf(records: readonly EventRecord[]): TradeRecord[][] {
  const runs: TradeRecord[][] = []
  let last: number | undefined
  for (const trade of records.flatMap((record) => (record.kind === 'events' ? record.trades : []))) {
    const { tradeNumber } = trade
    if (last !== undefined && tradeNumber <= last) continue
    if (last === undefined || tradeNumber > last + 1) runs.push([])
    runs[runs.length - 1].push(trade)
    last = tradeNumber
  }
  return runs
}
