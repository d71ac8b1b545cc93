/** The core's side of the message port: receives messages of the edge, calls the exchange, sends answers. */

import type { Receipt } from '../../ports/order-entry.ts'
import { BadCursor, type OrderQuery, type Page } from '../../ports/order-reader.ts'
import type { BookState } from '../../protocol/book-state.ts'
import type { Instruments } from '../../protocol/command/codec.ts'
import type { Command } from '../../protocol/command/commands.ts'
import { LineReader } from '../../protocol/command/line-reader.ts'
import { UndecodableLine } from '../../protocol/command/undecodable-line.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import type { OrderRecord } from '../../protocol/records.ts'
import type { CoreStats, FromCore, Question, Questions, Submits, ToCore } from './core-messages.ts'
import type { RecordStore } from './record-store.ts'

/** The part of the exchange that the server uses. */
export interface ServedExchange {
  readonly instruments: Instruments
  submit(commands: readonly Command[], lines: Buffer, waits: readonly boolean[]): Promise<Receipt[]>
  find(account: string, orderId: string): OrderRecord | undefined
  book(symbol: string, levels: number): BookState
  list(account: string, query: OrderQuery): Promise<Page<OrderRecord>>
  commit(): Promise<void>
  readFeed(on: boolean): void
}

export interface CoreServerPorts {
  readonly exchange: ServedExchange
  readonly store: RecordStore
  readonly stats: () => CoreStats
  readonly stop: () => Promise<string>
  readonly post: (message: FromCore) => void
}

export class CoreServer {
  private readonly ports: CoreServerPorts
  private readonly reader: LineReader

  constructor(ports: CoreServerPorts) {
    this.ports = ports
    this.reader = new LineReader(ports.exchange.instruments)
  }

  receive(message: ToCore): void {
    if (message.kind === 'submits') {
      void this.submit(message)
      return
    }
    this.answer(message.question, message.ask).then(
      (answer) => this.ports.post({ kind: 'answer', id: message.id, answer }),
      (cause) => this.ports.post({ kind: 'answerFailed', id: message.id, message: String(cause?.message ?? cause) }),
    )
  }

  private async submit({ ids, counts, waits, lines }: Submits): Promise<void> {
    const bytes = Buffer.from(lines)
    const wanted = waits.includes(1)
      ? counts.flatMap((count, place) => new Array<boolean>(count).fill(waits[place] === 1))
      : []
    try {
      const commands = this.decode(bytes)
      const receipts = await this.ports.exchange.submit(commands, bytes, wanted)
      const notable: [number, number, Receipt][] = []
      let receivedAtMs = 0
      let at = 0
      for (const [place, count] of counts.entries()) {
        for (let i = 0; i < count; i++) {
          const receipt = receipts[at++]
          if (receipt.kind === 'accepted') receivedAtMs = receipt.receivedAtMs
          if (receipt.kind !== 'accepted' || receipt.outcome !== undefined) notable.push([place, i, receipt])
        }
      }
      this.ports.post({ kind: 'submitted', ids, receivedAtMs, notable })
    } catch (cause) {
      if (!(cause instanceof OperationalFailure)) throw cause
      const failure = { code: cause.code, message: cause.message, retryable: cause.retryable }
      this.ports.post({ kind: 'submitted', ids, receivedAtMs: 0, notable: [], failure })
    }
  }

  /** The edge encodes only what the core can decode. If they disagree, the submits fail and the core goes on. */
  private decode(lines: Buffer): Command[] {
    try {
      return this.reader.readAll(lines)
    } catch (cause) {
      if (!(cause instanceof UndecodableLine)) throw cause
      throw new OperationalFailure('unavailable', `a command was not understood: ${cause.message}`, {
        retryable: false,
        cause,
      })
    }
  }

  private async answer<Q extends Question>(question: Q, asked: unknown): Promise<Questions[Q]['answer']>
  private async answer(question: Question, asked: unknown): Promise<unknown> {
    const { exchange, store } = this.ports
    switch (question) {
      case 'order': {
        const { account, orderId } = asked as Questions['order']['ask']
        return exchange.find(account, orderId)
      }
      case 'fills': {
        await exchange.commit()
        return store.fills((asked as Questions['fills']['ask']).order)
      }
      case 'orders': {
        const { account, query } = asked as Questions['orders']['ask']
        try {
          return await exchange.list(account, query)
        } catch (cause) {
          if (cause instanceof BadCursor) return 'bad_cursor'
          throw cause
        }
      }
      case 'trades': {
        await exchange.commit()
        const { symbol, limit, before } = asked as Questions['trades']['ask']
        return store.listTrades(symbol, limit, before)
      }
      case 'book': {
        const { symbol, levels } = asked as Questions['book']['ask']
        return exchange.book(symbol, levels)
      }
      case 'totals': {
        await exchange.commit()
        let trades = 0
        let lots = 0n
        for (const trade of store.allTrades((asked as Questions['totals']['ask']).symbol)) {
          trades++
          lots += BigInt(trade.quantity)
        }
        return { trades, lots }
      }
      case 'feed':
        return exchange.readFeed((asked as Questions['feed']['ask']).on)
      case 'stats':
        return this.ports.stats()
      case 'stop':
        return this.ports.stop()
    }
  }
}
