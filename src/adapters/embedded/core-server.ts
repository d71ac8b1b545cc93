/** The core's side of the message port: receives messages of the edge, calls the exchange, sends answers. */

import type { Receipt } from '../../ports/order-entry.ts'
import { BadCursor, type OrderQuery, type Page } from '../../ports/order-reader.ts'
import type { BookState } from '../../protocol/book-state.ts'
import type { Instruments } from '../../protocol/command/codec.ts'
import type { Command } from '../../protocol/command/commands.ts'
import { LineReader } from '../../protocol/command/line-reader.ts'
import { selectLines } from '../../protocol/command/select-lines.ts'
import { UndecodableLine } from '../../protocol/command/undecodable-line.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import type { OrderRecord } from '../../protocol/records.ts'
import type { CoreStats, Failure, FromCore, Question, Questions, Submits, Submitted, ToCore } from './core-messages.ts'
import type { RecordStore } from './record-store.ts'

/** The part of the exchange that the server uses. */
export interface ServedExchange {
  readonly instruments: Instruments
  submit(commands: readonly Command[], lines: Uint8Array, waits: readonly boolean[]): Promise<Receipt[]>
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

/** Submits without their lines. */
type Received = Pick<Submits, 'ids' | 'counts' | 'waits'>

const failureOf = ({ code, message, retryable }: OperationalFailure): Failure => ({ code, message, retryable })

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

  private async submit(message: Submits): Promise<void> {
    let bytes: Uint8Array = Buffer.from(message.lines)
    let submits: Received = message
    let commands: Command[]
    let undecodable: Submitted['undecodable']
    try {
      commands = this.reader.readAll(bytes)
    } catch (cause) {
      if (!(cause instanceof UndecodableLine)) throw cause
      ;({ submits, bytes, commands, undecodable } = this.decodable(message, bytes))
    }
    const { ids, counts, waits } = submits
    const wanted = waits.includes(1)
      ? counts.flatMap((count, place) => new Array<boolean>(count).fill(waits[place] === 1))
      : []
    try {
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
      this.ports.post({ kind: 'submitted', ids, receivedAtMs, notable, undecodable })
    } catch (cause) {
      if (!(cause instanceof OperationalFailure)) throw cause
      this.ports.post({ kind: 'submitted', ids, receivedAtMs: 0, notable: [], failure: failureOf(cause), undecodable })
    }
  }

  /**
   * The submits of a message whose lines all decode; the others fail. The edge encodes only what the core can
   * decode, so this is a fault of the program. It must not fail the orders of other callers.
   */
  private decodable({ ids, counts, waits }: Submits, bytes: Uint8Array) {
    const places: number[] = []
    const lines: number[] = []
    const commands: Command[] = []
    const undecodable: [number, Failure][] = []
    let first = 0
    for (const [place, count] of counts.entries()) {
      const own = Array.from({ length: count }, (_, i) => first + i)
      first += count
      try {
        commands.push(...this.reader.readAll(selectLines(bytes, own)))
        places.push(place)
        lines.push(...own)
      } catch (cause) {
        if (!(cause instanceof UndecodableLine)) throw cause
        const message = `a command was not understood: ${cause.message}`
        undecodable.push([ids[place], { code: 'unavailable', message, retryable: false }])
      }
    }
    const of = (values: readonly number[]) => places.map((place) => values[place])
    const submits = { ids: of(ids), counts: of(counts), waits: of(waits) }
    return { submits, bytes: selectLines(bytes, lines), commands, undecodable }
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
