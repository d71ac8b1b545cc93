/**
 * The core's side of the port to the market thread: sends the events, and answers the questions of a join. The thread
 * must never hold up matching. If it is too far behind, it gets no more events and is told so. Then it has to join
 * again.
 */

import type { MessagePort } from 'node:worker_threads'
import type { DepthPart } from '../../../../ports/depth-reader.ts'
import type { Paced } from '../../../../ports/paced.ts'
import type { ListedInstrument } from '../../../../protocol/instrument/instrument-directory.ts'
import { MARKET_LAG_BYTES_MAX } from '../../../../protocol/limits.ts'
import type { ServedOrders } from '../core-server.ts'
import { QuestionTurns } from '../question-turns.ts'
import type { FeedOutlet, FeedOutlets } from './feed-outlets.ts'
import type { ConsumedBytes, CoreToMarket, MarketQuestions, MarketToCore } from './market-messages.ts'

/** The part of the exchange that a join reads. */
export interface JoinedExchange {
  readonly instruments: ReadonlyMap<string, ListedInstrument>
  readonly orders: Pick<ServedOrders, 'list'>
  depth(symbol: string, onPart: (part: DepthPart) => void): Paced<DepthPart>
}

export interface MarketServerPorts {
  readonly exchange: JoinedExchange
  readonly feeds: FeedOutlets
  readonly port: Pick<MessagePort, 'postMessage'>
  readonly consumed: ConsumedBytes
  /** Bytes that may wait for the thread. */
  readonly lagBytesMax?: number
}

export class MarketServer implements FeedOutlet {
  private readonly ports: MarketServerPorts
  private readonly lagBytesMax: number
  private readonly turns: QuestionTurns
  /** Bytes sent, modulo 2^32. */
  private sent = 0

  constructor(ports: MarketServerPorts) {
    this.ports = ports
    this.lagBytesMax = ports.lagBytesMax ?? MARKET_LAG_BYTES_MAX
    this.turns = new QuestionTurns((message) => this.post(message))
  }

  receive(message: MarketToCore): void {
    const { feeds, exchange } = this.ports
    if (message.kind === 'ask') {
      this.answer(message)
    } else if (message.on) {
      // In one turn, so that no batch and no instrument is between both.
      this.post({ kind: 'feedStarted', start: feeds.start(this), instruments: [...exchange.instruments.values()] })
    } else {
      feeds.stop(this)
    }
  }

  /** Sends a batch of events. */
  take(batch: Uint8Array<ArrayBuffer>, shared: boolean): void {
    if (this.lagBytes > this.lagBytesMax) {
      this.ports.feeds.stop(this)
      this.post({ kind: 'feedDropped' })
      return
    }
    this.sent = (this.sent + batch.length) | 0
    this.post({ kind: 'events', batch }, shared ? [] : [batch.buffer])
  }

  /** The thread has ended. */
  close(): void {
    this.ports.feeds.stop(this)
    this.sent = Atomics.load(this.ports.consumed, 0)
  }

  /** Bytes of events that the thread has not consumed. */
  get lagBytes(): number {
    return (this.sent - Atomics.load(this.ports.consumed, 0)) >>> 0
  }

  private answer({ id, question, ask }: Extract<MarketToCore, { kind: 'ask' }>): void {
    const { exchange } = this.ports
    if (question === 'depth') {
      const { symbol } = ask as MarketQuestions['depth']['ask']
      const pass = (part: DepthPart) =>
        this.post({ kind: 'depthPart', id, symbol, part }, [part.bids.buffer, part.asks.buffer])
      this.turns.add({ id }, exchange.depth(symbol, pass))
    } else {
      const { account, query } = ask as MarketQuestions['orders']['ask']
      this.turns.add({ id }, exchange.orders.list(account, query))
    }
  }

  private post(message: CoreToMarket, transfer: readonly ArrayBuffer[] = []): void {
    this.ports.port.postMessage(message, transfer)
  }
}
