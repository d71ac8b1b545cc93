/** The ticker of a symbol. Each message has all of it. */

import type { Ticker, TickerMessage } from '../messages.ts'
import { Chain, Feed, type FeedSource, type Taken } from './feed.ts'

export class TickerFeed extends Feed<Ticker> {
  readonly symbol: string
  /** undefined before the first message. */
  ticker: Ticker | undefined
  private readonly chain = new Chain()

  constructor(symbol: string, source: FeedSource) {
    super('latest', source)
    this.symbol = symbol
  }

  protected apply(message: Readonly<Record<string, unknown>>): Taken {
    const ticker = message as unknown as TickerMessage
    const taken = this.chain.take(ticker, this.isCurrent)
    if (taken !== 'applied') return taken
    this.ticker = ticker
    this.changed(ticker)
    return taken
  }
}
