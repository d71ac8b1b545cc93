/**
 * Reads orders and trades from the two places that have them: the memory of the core, and the store. The core is
 * asked first. A record leaves the memory only after it is stored, so a record that the core no longer has is in
 * the store when the store is asked. No read makes the core commit or wait.
 */

import { type Fill, type FillQuery, type FillReader, fillStart, mergeFills } from '../../../ports/fill-reader.ts'
import {
  mayBeClosed,
  mergePages,
  type OrderQuery,
  type OrderReader,
  type Page,
  startOf,
} from '../../../ports/order-reader.ts'
import type { TradeQuery, TradeReader } from '../../../ports/trade-reader.ts'
import { invariant } from '../../../protocol/assert.ts'
import type { OrderRecord, TradeRecord } from '../../../protocol/records.ts'
import type { CoreClient } from './core-client.ts'
import type { ReaderClient } from './reader-client.ts'
import type { TradeTotals } from './stored-questions.ts'

export class RecordReader implements OrderReader {
  readonly trades: TradeReader = { list: (symbol, query) => this.listTrades(symbol, query) }
  readonly fillsOfAccounts: FillReader = { list: (account, query) => this.listFills(account, query) }
  private readonly core: Pick<CoreClient, 'ask'>
  private readonly stored: Pick<ReaderClient, 'ask'>

  constructor(core: Pick<CoreClient, 'ask'>, stored: Pick<ReaderClient, 'ask'>) {
    this.core = core
    this.stored = stored
  }

  async get(account: string, orderId: string): Promise<OrderRecord | undefined> {
    const asked = { account, orderId }
    return (await this.core.ask('order', asked)) ?? this.stored.ask('order', asked)
  }

  async fills({ symbol, fills }: OrderRecord): Promise<TradeRecord[]> {
    if (fills.length === 0) return []
    const found = await this.core.ask('fills', { symbol, numbers: fills })
    const missing = fills.filter((_, i) => found[i] === undefined)
    if (missing.length > 0) {
      const stored = await this.stored.ask('fills', { symbol, numbers: missing })
      for (let i = 0, next = 0; i < found.length; i++) found[i] ??= stored[next++]
    }
    return found.map((trade) => {
      invariant(trade !== undefined, `a fill of an order in ${symbol} has no trade`)
      return trade
    })
  }

  async list(account: string, query: OrderQuery): Promise<Page<OrderRecord>> {
    startOf(query)
    const asked = { account, query }
    const live = await this.core.ask('orders', asked)
    if (!mayBeClosed(query)) return live
    return mergePages([live, await this.stored.ask('orders', asked)], query)
  }

  /** Whether any order is stored or waits to be stored. Open orders are not stored. */
  async holdsClosedOrders(): Promise<boolean> {
    await this.core.ask('commit', {})
    return this.stored.ask('hasOrders', {})
  }

  private async listFills(account: string, query: FillQuery): Promise<Page<Fill>> {
    fillStart(query)
    const asked = { account, query }
    const live = await this.core.ask('accountFills', asked)
    return mergeFills([live, await this.stored.ask('accountFills', asked)], query)
  }

  /** Trades of a symbol since the beginning. */
  async totals(symbol: string): Promise<TradeTotals> {
    await this.core.ask('commit', {})
    return this.stored.ask('totals', { symbol })
  }

  /** The core has the newest trades. What the store has beyond them is older, so one of both ends is read from each. */
  private async listTrades(symbol: string, query: TradeQuery): Promise<TradeRecord[]> {
    const live = await this.core.ask('trades', { symbol, query })
    if (query.sort === 'asc') {
      const before = live[0]?.tradeNumber ?? query.before
      const stored = await this.stored.ask('trades', { symbol, query: { ...query, ...(before && { before }) } })
      return stored.concat(live).slice(0, query.limit)
    }
    if (live.length === query.limit) return live
    const before = live.at(-1)?.tradeNumber ?? query.before
    const rest = { ...query, limit: query.limit - live.length, ...(before && { before }) }
    return live.concat(await this.stored.ask('trades', { symbol, query: rest }))
  }
}
