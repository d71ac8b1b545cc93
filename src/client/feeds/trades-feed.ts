/**
 * The trades of a symbol, each once, also over lost connections. A snapshot has the last trades only. If more were
 * made while there was no connection, {@link TradesChange.missed} says how many.
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
    const taken = this.chain.take(chained as TradesMessage, this.isCurrent)
    if (taken !== 'applied') return taken
    const fresh = trades.filter((trade) => numberOf(trade) > this.lastNumber)
    const isFirst = this.isFirst
    this.isFirst = false
    if (fresh.length === 0) return taken
    // Trades of before the subscription were not missed.
    const missed = isFirst ? 0 : numberOf(fresh[0]) - this.lastNumber - 1
    this.lastNumber = numberOf(fresh[fresh.length - 1])
    this.trades = [...this.trades, ...fresh].slice(-KEPT)
    this.changed({ type: chained.type, trades: fresh, missed })
    return taken
  }
}

/** The trades of a symbol are numbered from 1: `BTCUSD-17`. */
const numberOf = ({ tradeId }: Trade): number => Number(tradeId.slice(tradeId.lastIndexOf('-') + 1))
