/**
 * A client that applies the rules of docs/reference/websocket.md to the messages of one connection, and nothing else.
 * `repair` is called when a message shows that others are missing.
 */

import { BookFollower } from '../../../src/marketdata/book-follower.ts'
import { type Topic, topicKey } from '../../../src/ports/market-feed.ts'

export interface ShownTrade {
  readonly tradeId: string
  readonly sequence: number
}

export interface ShownOrder {
  readonly orderId: string
  readonly symbol: string
  readonly status: string
  readonly sequence: number
}

export interface ShownEntry {
  readonly event: {
    readonly type: string
    readonly symbol: string
    readonly orderId: string
    readonly sequence: number
  }
  readonly order: ShownOrder | null
}

interface Message {
  readonly type: 'snapshot' | 'update'
  readonly channel: Topic['channel']
  readonly symbol: string
  readonly depth: number
  readonly interval: string
  readonly sequence: number
  readonly from: number
  readonly to: number
  readonly trades: readonly ShownTrade[]
  readonly candles: readonly { readonly start: string }[]
  readonly orders: readonly ShownOrder[]
  readonly updates: readonly ShownEntry[]
}

/** What a follower knows of one topic of a symbol. */
export class FollowedState {
  last: number | undefined
  book: BookFollower | undefined
  readonly trades: ShownTrade[] = []
  candles = new Map<string, object>()
  ticker: object | undefined
}

export class PushFollower {
  readonly texts: string[] = []
  readonly topics = new Map<string, FollowedState>()
  readonly entries: ShownEntry[] = []
  open = new Map<string, ShownOrder>()
  hasOrders = false
  gaps = 0
  private readonly repair: (topic: Topic) => void

  constructor(repair: (topic: Topic) => void) {
    this.repair = repair
  }

  take(text: string): void {
    this.texts.push(text)
    const message: Message = JSON.parse(text)
    if (message.channel === 'orders') this.takeOrders(message)
    else this.takeSymbol(message)
  }

  takeOrders(message: Message): void {
    if (message.type === 'snapshot') {
      this.hasOrders = true
      this.open = new Map(message.orders.map((order) => [order.orderId, order]))
      return
    }
    for (const entry of message.updates) {
      const { event, order } = entry
      const isOld = this.entries.some(
        (known) =>
          known.event.symbol === event.symbol && known.event.sequence >= event.sequence && !this.isTwin(known, entry),
      )
      if (isOld) continue
      this.entries.push(entry)
      if (order === null) continue
      const known = this.open.get(order.orderId)
      if (known !== undefined && known.sequence > order.sequence) continue
      if (order.status === 'NEW' || order.status === 'PARTIALLY_FILLED') this.open.set(order.orderId, order)
      else this.open.delete(order.orderId)
    }
  }

  /** A trade of an account with itself has two entries. */
  private isTwin(known: ShownEntry, { event }: ShownEntry): boolean {
    const { symbol, sequence, orderId } = known.event
    return symbol === event.symbol && sequence === event.sequence && orderId !== event.orderId
  }

  private takeSymbol(message: Message): void {
    const topic = topicOfMessage(message)
    const state = this.topics.get(topicKey(topic))
    // A message of a topic that was given up a moment ago.
    if (state === undefined) return
    if (message.type === 'snapshot') state.last = message.sequence
    else {
      if (state.last === undefined || message.to <= state.last) return
      if (message.from > state.last + 1) {
        this.gaps++
        state.last = undefined
        this.repair(topic)
        return
      }
      state.last = message.to
    }
    this.apply(state, message)
  }

  private apply(state: FollowedState, message: Message): void {
    switch (message.channel) {
      case 'book': {
        state.book ??= new BookFollower(message.depth)
        const applied = state.book.apply(message)
        if (applied !== 'applied') throw new Error(`a book message is ${applied}: ${JSON.stringify(message)}`)
        break
      }
      case 'trades': {
        const shown = state.trades.at(-1)?.sequence ?? 0
        for (const trade of message.trades) if (trade.sequence > shown) state.trades.push(trade)
        break
      }
      case 'candles':
        for (const start of state.candles.keys()) {
          if (message.type === 'snapshot' || start >= message.candles[0].start) state.candles.delete(start)
        }
        for (const candle of message.candles) state.candles.set(candle.start, candle)
        break
      default:
        state.ticker = message
    }
  }
}

function topicOfMessage({ channel, symbol, depth, interval }: Message): Topic {
  return { channel, symbol, ...(channel === 'book' && { depth }), ...(channel === 'candles' && { interval }) } as Topic
}
