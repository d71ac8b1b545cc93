/**
 * The trades of a symbol, each once, also over lost connections. A snapshot has the last trades only. If more were
 * made while there was no connection, {@link TradesChange.missed} says how many. An exchange that was started with other
 * data numbers its trades anew: its first snapshot replaces what the feed had.
 */

import type { Trade, TradesMessage } from '../messages.ts'
import { Chain, Feed, type FeedSource, type Taken } from './feed.ts'

export interface TradesChange {
  /** snapshot: the trades were made before the feed was joined to the exchange, at first or again. */
  readonly type: 'snapshot' | 'update'
  /** Oldest first. */
  readonly trades: readonly Trade[]
  /** Trades before these that the feed has not seen. `GET /trades/{symbol}` lists them. */
  readonly missed: number
}

/** How many trades {@link TradesFeed.trades} keeps. */
const KEPT = 1_000

export class TradesFeed extends Feed<TradesChange> {
  readonly symbol: string
  /** The last trades, oldest first. */
  trades: readonly Trade[] = []
  private readonly chain = new Chain()
  /** Of the last trade; 0 before the first. */
  private lastNumber = 0
  private isFirst = true

  constructor(symbol: string, source: FeedSource) {
    super('all', source)
    this.symbol = symbol
  }

  protected apply(message: Readonly<Record<string, unknown>>): Taken {
    const { trades, ...chained } = message as unknown as TradesMessage
    const isOther = chained.type === 'snapshot' && this.isOther(trades, chained.sequence)
    const taken = this.chain.take(chained as TradesMessage, this.isCurrent)
    if (taken !== 'applied') return taken
    if (isOther) this.forget()
    const fresh = trades.filter((trade) => numberOf(trade) > this.lastNumber)
    const isFirst = this.isFirst
    this.isFirst = false
    if (fresh.length === 0 && !isOther) return taken
    // Trades of before the subscription were not missed.
    const missed = isFirst ? 0 : numberOf(fresh[0]) - this.lastNumber - 1
    this.lastNumber = fresh.length === 0 ? 0 : numberOf(fresh[fresh.length - 1])
    this.trades = [...this.trades, ...fresh].slice(-KEPT)
    this.changed({ type: chained.type, trades: fresh, missed })
    return taken
  }

  /** Whether the last trades of a snapshot cannot be those of the exchange that the feed knows. */
  private isOther(trades: readonly Trade[], sequence: number): boolean {
    if (this.lastNumber === 0) return false
    if (trades.length === 0) return sequence < this.chain.last
    const known = new Map(this.trades.map((trade) => [trade.tradeId, trade.timestamp]))
    const common = trades.filter(({ tradeId }) => known.has(tradeId))
    if (common.some(({ tradeId, timestamp }) => known.get(tradeId) !== timestamp)) return true
    return common.length === 0 && numberOf(trades[trades.length - 1]) < this.lastNumber
  }

  private forget(): void {
    this.trades = []
    this.lastNumber = 0
    this.isFirst = true
  }
}

/** The trades of a symbol are numbered from 1: `BTCUSD-17`. */
const numberOf = ({ tradeId }: Trade): number => Number(tradeId.slice(tradeId.lastIndexOf('-') + 1))
