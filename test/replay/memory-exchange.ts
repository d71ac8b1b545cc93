/**
 * An exchange without disk, threads or batches: each command is passed to the matcher directly. It fulfils the
 * contracts of the ports that a replay uses, and no others.
 */

import { viewBook } from '../../src/matcher/book-view.ts'
import type { SymbolMatcher } from '../../src/matcher/symbol-matcher.ts'
import type { BookReader } from '../../src/ports/book-reader.ts'
import type { OrderEntry, Receipt } from '../../src/ports/order-entry.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { newlyListed } from '../../src/protocol/instrument/instrument-directory.ts'
import { isSameOrder, type OrderRecord } from '../../src/protocol/records.ts'
import { RULES_NEWEST } from '../../src/protocol/versions.ts'
import type { ReplayTarget } from '../../src/replay/run-replay.ts'
import { MatchedSymbol } from '../model/matched-symbol.ts'

export const BTCUSD = newlyListed(DEMO_INSTRUMENTS[0], RULES_NEWEST)

export interface MemoryExchange extends ReplayTarget {
  readonly matcher: SymbolMatcher
  readonly records: ReadonlyMap<string, OrderRecord>
  /** The number of commands of each call, to check the batches of the feed. */
  readonly calls: number[]
}

export function memoryExchange(): MemoryExchange {
  const matched = new MatchedSymbol(BTCUSD.symbol)
  const { matcher } = matched
  matcher.instrument = BTCUSD.text
  const records = new Map<string, OrderRecord>()
  const calls: number[] = []
  let tradedLots = 0n
  let nowMs = 0

  const submitOne = (command: Command): Receipt => {
    if (command.kind === 'PlaceOrder') {
      const order = records.get(command.orderId)
      if (order !== undefined) {
        return isSameOrder(order, command) ? { kind: 'repeated', order } : { kind: 'conflict' }
      }
    }
    const outcome = matched.applyAndWait(command, ++nowMs, () => undefined)
    for (const order of matched.takeChanged()) records.set(order.orderId, order)
    for (const trade of matched.trades.splice(0)) tradedLots += BigInt(trade.quantity)
    return { kind: 'accepted', receivedAtMs: nowMs, outcome }
  }
  const orderEntry: OrderEntry = {
    async submit(commands) {
      calls.push(commands.length)
      return commands.map(submitOne)
    },
  }
  const bookReader: BookReader = {
    book: async (symbol, levels) => viewBook(symbol, matcher, levels),
  }
  return {
    instrument: BTCUSD,
    account: 'replay',
    orderEntry,
    bookReader,
    tradeTotals: async () => ({ trades: matcher.tradeNumber, lots: tradedLots }),
    filledOf: async (orderId) => records.get(orderId)?.filled,
    matcher,
    records,
    calls,
  }
}
