/**
 * The real matcher and engine as a tested exchange. It reads the book order by order from the engine's queues, and
 * checks the book's invariants after every command.
 */

import { checkBook } from '../../src/engine/invariants.ts'
import { OrderBook } from '../../src/engine/order-book.ts'
import { DOUBLES_LOG2, NEXT, REMAINING, WORDS_LOG2 } from '../../src/engine/order-pool.ts'
import type { PriceLadder } from '../../src/engine/price-ladder.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import type { InstrumentTerms } from '../../src/protocol/command/operator-commands.ts'
import { PHASES } from '../../src/protocol/command/trading-phases.ts'
import type { Event } from '../../src/protocol/event/events.ts'
import { BOOK_ORDERS_MAX } from '../../src/protocol/limits.ts'
import type { OrderRecord } from '../../src/protocol/records.ts'
import { RULES_OLDEST } from '../../src/protocol/versions.ts'
import { MatchedSymbol } from './matched-symbol.ts'
import type { BookListing, ListedLevel, ListedOrder, TestedExchange } from './tested-exchange.ts'

export class MatchedExchange implements TestedExchange {
  readonly matched: MatchedSymbol
  /** The last record of each order, by its first event. */
  private readonly last = new Map<number, OrderRecord>()

  constructor(symbol: string, ordersMax = BOOK_ORDERS_MAX, rules = RULES_OLDEST, instrument?: InstrumentTerms) {
    this.matched = new MatchedSymbol(symbol, new OrderBook(undefined, ordersMax, rules))
    if (instrument !== undefined) this.matched.matcher.instrument = { symbol, ...instrument }
  }

  apply(command: Command, timestampMs: number): Event[] {
    const events = this.matched.apply(command, timestampMs)
    checkBook(this.matched.matcher.book)
    for (const record of this.matched.takeChanged()) this.last.set(record.firstEvent, record)
    return events
  }

  records(): OrderRecord[] {
    return [...this.last.values()].sort((a, b) => a.firstEvent - b.firstEvent)
  }

  book(): BookListing {
    const { bids, asks, phase, bandLow, bandHigh, lastTradePrice } = this.matched.matcher.book
    return {
      bids: this.levels(bids),
      asks: this.levels(asks),
      phase: PHASES[phase],
      bandLow,
      bandHigh,
      lastTradePrice,
    }
  }

  private levels(ladder: PriceLadder): ListedLevel[] {
    const { names, book } = this.matched.matcher
    const { words, doubles } = book.orders
    const levels: ListedLevel[] = []
    for (let level = ladder.bestLevel; level !== 0; level = ladder.next(level)) {
      const orders: ListedOrder[] = []
      for (let handle = ladder.words[level << 2]; handle !== 0; handle = words[(handle << WORDS_LOG2) + NEXT]) {
        const remaining = doubles[(handle << DOUBLES_LOG2) + REMAINING]
        orders.push({ account: names.accountOf(handle), orderId: names.orderIds[handle], remaining })
      }
      levels.push({ price: ladder.priceOfLevel(level), total: ladder.doubles[(level << 1) + 1], orders })
    }
    return levels
  }
}
