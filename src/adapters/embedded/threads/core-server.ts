/** The core's side of the message port: receives messages of the edge, calls the exchange, sends answers. */

import type { Fill, FillQuery } from '../../../ports/fill-reader.ts'
import type { Receipt } from '../../../ports/order-entry.ts'
import type { OrderQuery, Page } from '../../../ports/order-reader.ts'
import type { Paced } from '../../../ports/paced.ts'
import type { TradeQuery } from '../../../ports/trade-reader.ts'
import type { BookState } from '../../../protocol/book-state.ts'
import type { Instruments } from '../../../protocol/command/codec.ts'
import type { Command } from '../../../protocol/command/commands.ts'
import { LineReader } from '../../../protocol/command/line-reader.ts'
import { selectLines } from '../../../protocol/command/select-lines.ts'
import { UndecodableLine } from '../../../protocol/command/undecodable-line.ts'
import { OperationalFailure } from '../../../protocol/failure.ts'
import type { OrderRecord, TradeRecord } from '../../../protocol/records.ts'
import type {
  Asked,
  CandlePart,
  CoreStats,
  CoreStopped,
  Failure,
  FromCore,
  Question,
  Questions,
  Submits,
  Submitted,
  ToServer,
} from './core-messages.ts'
import type { CoreTraces, TracedSubmit } from './core-traces.ts'
import type { FeedSource } from './market/feed-outlets.ts'
import { QuestionTurns } from './question-turns.ts'

/** What is in memory: open orders, and closed orders and trades that are not stored yet. */
export interface ServedOrders {
  find(account: string, orderId: string): OrderRecord | undefined
  list(account: string, query: OrderQuery): Paced<Page<OrderRecord>>
  trades(symbol: string, query: TradeQuery): Paced<TradeRecord[]>
  fills(account: string, query: FillQuery): Paced<Page<Fill>>
  candles(symbol: string): Paced<CandlePart[]>
  findTrades(symbol: string, numbers: readonly number[]): Paced<(TradeRecord | undefined)[]>
}

/** The part of the exchange that the server uses. */
export interface ServedExchange {
  readonly instruments: Instruments
  submit(commands: readonly Command[], lines: Uint8Array, waits: readonly boolean[]): Promise<Receipt[]>
  readonly orders: ServedOrders
  book(symbol: string, levels: number): BookState
  commit(): Promise<void>
}

export interface CoreServerPorts {
  readonly exchange: ServedExchange
  /** The feed of events to the edge. */
  readonly feed: FeedSource
  /** Present if requests are traced. */
  readonly traces?: CoreTraces
  readonly stats: () => CoreStats
  readonly stop: (withinMs: number) => Promise<CoreStopped>
  readonly post: (message: FromCore) => void
}

/** Submits without their lines. */
type Received = Pick<Submits, 'ids' | 'counts' | 'waits'>

const failureOf = ({ code, message, retryable }: OperationalFailure): Failure => ({ code, message, retryable })

export class CoreServer {
  private readonly ports: CoreServerPorts
  private readonly reader: LineReader
  private readonly turns: QuestionTurns

  constructor(ports: CoreServerPorts) {
    this.ports = ports
    this.reader = new LineReader(ports.exchange.instruments)
    this.turns = new QuestionTurns(ports.post)
  }

  receive(message: ToServer): void {
    if (message.kind === 'submits') void this.submit(message)
    else if (message.kind === 'ask') this.answer(message)
    else this.turnFeed(message.on)
  }

  /** The start is sent in this turn, so that no batch is sent between both. */
  private turnFeed(on: boolean): void {
    const { feed, post } = this.ports
    if (on) post({ kind: 'feedStarted', start: feed.startFeed() })
    else feed.stopFeed()
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
    const traced = undecodable === undefined ? this.trace(message, commands) : []
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
    } finally {
      for (const submit of traced) this.ports.traces?.end(submit)
    }
  }

  private trace({ counts, traces = [] }: Submits, commands: readonly Command[]): TracedSubmit[] {
    return traces.flatMap(([place, parent]) => {
      const first = counts.slice(0, place).reduce((sum, count) => sum + count, 0)
      return this.ports.traces?.begin(parent, commands.slice(first, first + counts[place])) ?? []
    })
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

  /**
   * Questions about orders, trades and books are answered in turns, after the orders that have arrived. The others
   * are rare or cheap, and are answered at once: the health of the core does not wait behind a list.
   */
  private answer(asked: Asked): void {
    const work = this.read(asked.question as Question, asked.ask)
    if (work !== undefined) {
      this.turns.add(asked, work)
      return
    }
    this.act(asked.question as Question, asked.ask).then(
      (answer) => this.ports.post({ kind: 'answer', id: asked.id, answer }),
      (cause) => this.ports.post({ kind: 'answerFailed', id: asked.id, message: String(cause?.message ?? cause) }),
    )
  }

  private read(question: Question, asked: unknown): Paced<unknown> | undefined {
    const { exchange } = this.ports
    switch (question) {
      case 'order': {
        const { account, orderId } = asked as Questions['order']['ask']
        return once(() => exchange.orders.find(account, orderId))
      }
      case 'orders': {
        const { account, query } = asked as Questions['orders']['ask']
        return exchange.orders.list(account, query)
      }
      case 'fills': {
        const { symbol, numbers } = asked as Questions['fills']['ask']
        return exchange.orders.findTrades(symbol, numbers)
      }
      case 'trades': {
        const { symbol, query } = asked as Questions['trades']['ask']
        return exchange.orders.trades(symbol, query)
      }
      case 'accountFills': {
        const { account, query } = asked as Questions['accountFills']['ask']
        return exchange.orders.fills(account, query)
      }
      case 'candles':
        return exchange.orders.candles((asked as Questions['candles']['ask']).symbol)
      case 'book': {
        const { symbol, levels } = asked as Questions['book']['ask']
        return once(() => exchange.book(symbol, levels))
      }
      default:
        return undefined
    }
  }

  private async act(question: Question, asked: unknown): Promise<unknown> {
    const { exchange } = this.ports
    switch (question) {
      case 'commit':
        return exchange.commit()
      case 'stats':
        return this.ports.stats()
      case 'stop':
        return this.ports.stop((asked as Questions['stop']['ask']).withinMs)
      default:
        throw new Error(`the core does not know the question ${question}`)
    }
  }
}

/** Work of one step. */
// biome-ignore lint/correctness/useYield: it needs no second step
function* once<T>(work: () => T): Paced<T> {
  return work()
}
