/**
 * The edge's side of the core thread: the ports of order entry and of the dialects, over a message port. A message
 * costs more than an order, so under load many orders share a message: half of those in flight at a time. Both
 * threads then work at once, because the edge parses one part while the core matches another. A single order is
 * sent at the end of its turn of the event loop, if no other one is under way. Beside a batch it is always sent then: if
 * it waited for the order before it, it would wait for the log, the match and the answer of a batch once more.
 */

import type { MessagePort } from 'node:worker_threads'
import type { BookReader } from '../../../ports/book-reader.ts'
import type { OrderEntry, Receipt } from '../../../ports/order-entry.ts'
import type { BookState } from '../../../protocol/book-state.ts'
import { encodeCommand } from '../../../protocol/command/codec.ts'
import type { Command } from '../../../protocol/command/commands.ts'
import { EventFeedReader } from '../../../protocol/event/event-feed-reader.ts'
import { OperationalFailure } from '../../../protocol/failure.ts'
import type { InstrumentDirectory } from '../../../protocol/instrument/instrument-directory.ts'
import { COMMANDS_IN_FLIGHT_MAX } from '../../../protocol/limits.ts'
import { tracedLine } from '../../../protocol/traceparent.ts'
import type {
  CoreStats,
  CoreStopped,
  FromCore,
  Question,
  Questions,
  Submits,
  Submitted,
  ToCore,
} from './core-messages.ts'
import { FeedClient } from './feed-client.ts'
import { QuestionPort } from './question-port.ts'

/** Number of messages for the submits in flight. With fewer the threads wait for each other; more cost time. */
const PARTS_IN_FLIGHT = 2
/** Commands that are sent at once: enough to keep the core busy. */
const COMMANDS_PER_MESSAGE = 500

interface Waiting {
  readonly count: number
  readonly resolve: (receipts: Receipt[]) => void
  readonly reject: (cause: OperationalFailure) => void
  /** Ends the wait of a submit that waits for outcomes. */
  readonly timer: NodeJS.Timeout | undefined
}

/** The part of a worker or message port that the client uses. */
export type CorePort = Pick<MessagePort, 'postMessage'>

export class CoreClient implements OrderEntry, BookReader {
  private readonly port: CorePort
  /** The present instruments. */
  readonly instruments: InstrumentDirectory
  /** The latest arrival time of a command. */
  latestMs = 0
  readonly events: FeedClient
  private nextId = 1
  private inFlight = 0
  private queued = emptyQueue()
  private queuedCommands = 0
  /** The recent maximum of submits in flight. */
  private concurrency = 0
  /** Messages of submits that the core has not answered, without the large ones. */
  private unanswered = 0
  /** The first submit of each large message that the core has not answered. */
  private readonly large = new Set<number>()
  private readonly waiting = new Map<number, Waiting>()
  private readonly questions: QuestionPort<Questions>
  private gone: OperationalFailure | undefined
  /** The span of the request that submits. Present if requests are traced. */
  spanNow: (() => string | undefined) | undefined

  constructor(port: CorePort, instruments: InstrumentDirectory) {
    this.port = port
    this.questions = new QuestionPort((message) => this.post(message))
    this.events = new FeedClient((on) => this.post({ kind: 'turnFeed', on }))
    this.instruments = instruments
  }

  submit(commands: readonly Command[], waitMs = 0): Promise<Receipt[]> {
    return new Promise((resolve, reject) => {
      if (this.gone !== undefined) return reject(this.gone)
      if (this.inFlight + commands.length > COMMANDS_IN_FLIGHT_MAX) {
        return reject(new OperationalFailure('overloaded', 'too many orders are in flight', { retryable: true }))
      }
      // All or none: a command that cannot be encoded must not leave the lines before it in the queue.
      const span = this.spanNow?.()
      let lines = ''
      for (const command of commands) {
        const instrument = command.symbol === undefined ? undefined : this.instruments.get(command.symbol)
        const line = encodeCommand(command, instrument)
        lines += span === undefined ? `${line}\n` : `${tracedLine(line, span)}\n`
      }
      const queued = this.queued
      queued.lines += lines
      const id = this.nextId++
      this.inFlight += commands.length
      const timer = waitMs > 0 ? setTimeout(() => reject(notConfirmed(waitMs)), waitMs) : undefined
      this.waiting.set(id, { count: commands.length, resolve, reject, timer })
      if (span !== undefined) {
        queued.traces ??= []
        queued.traces.push([queued.ids.length, span])
      }
      queued.ids.push(id)
      queued.counts.push(commands.length)
      queued.waits.push(waitMs > 0 ? 1 : 0)
      this.queuedCommands += commands.length
      this.concurrency = Math.max(this.concurrency, this.waiting.size)
      const part = this.concurrency / PARTS_IN_FLIGHT
      if (this.queuedCommands >= COMMANDS_PER_MESSAGE || (part > 1 && queued.ids.length >= part)) this.flush()
      else if (queued.ids.length === 1 && (this.unanswered === 0 || this.large.size > 0)) {
        setImmediate(() => this.flush())
      }
    })
  }

  /** Asks the core. See {@link Questions}. Rejects with OperationalFailure: overloaded, unavailable. */
  ask<Q extends Question>(question: Q, ask: Questions[Q]['ask']): Promise<Questions[Q]['answer']> {
    return this.gone === undefined ? this.questions.ask(question, ask) : Promise.reject(this.gone)
  }

  /** Commands, and questions, that the core has not answered. */
  get waits(): { readonly commands: number; readonly reads: number } {
    return { commands: this.inFlight, reads: this.questions.size }
  }

  book(symbol: string, levels: number): Promise<BookState> {
    return this.ask('book', { symbol, levels })
  }

  stats(): Promise<CoreStats> {
    return this.ask('stats', {})
  }

  /** Stops the core. It completes the log, and stores what it can within the time. */
  stop(withinMs: number): Promise<CoreStopped> {
    return this.ask('stop', { withinMs })
  }

  /** The caller passes each message of the core. */
  receive(message: FromCore): void {
    switch (message.kind) {
      case 'submitted':
        this.noteAnswered(message)
        // Lets an old maximum decay within a few answers.
        this.concurrency *= 0.99
        this.flush()
        this.settle(message)
        break
      case 'symbolEvents': {
        const event = new EventFeedReader(message.batch)
        while (event.next()) this.instruments.take(event)
        break
      }
      case 'events':
        this.events.take(message.batch)
        break
      case 'feedStarted':
        this.events.start(message.start)
        break
      case 'answer':
      case 'answerFailed':
        this.questions.receive(message)
        break
    }
  }

  /** The caller calls this when the core has stopped. Rejects all pending calls. */
  abandon(reason: string): void {
    this.gone ??= new OperationalFailure('unavailable', reason, { retryable: false })
    for (const { timer, reject } of this.waiting.values()) {
      clearTimeout(timer)
      reject(this.gone)
    }
    this.waiting.clear()
    this.questions.abandon(this.gone)
    this.events.abandon(this.gone)
  }

  private flush(): void {
    const queued = this.queued
    if (queued.ids.length === 0) return
    if (this.queuedCommands >= COMMANDS_PER_MESSAGE) this.large.add(queued.ids[0])
    else this.unanswered++
    this.queued = emptyQueue()
    this.queuedCommands = 0
    this.post(queued)
  }

  /** Its first submit is the first of one of the lists. */
  private noteAnswered({ ids, undecodable }: Submitted): void {
    const first = undecodable === undefined ? ids[0] : Math.min(ids[0] ?? Number.POSITIVE_INFINITY, undecodable[0][0])
    if (this.large.size === 0 || !this.large.delete(first)) this.unanswered--
  }

  private settle({ ids, receivedAtMs, notable, failure, undecodable = [] }: Submitted): void {
    this.latestMs = Math.max(this.latestMs, receivedAtMs)
    const accepted: Receipt = { kind: 'accepted', receivedAtMs }
    let next = 0
    for (const [place, id] of ids.entries()) {
      const waiting = this.answered(id)
      if (waiting === undefined) continue
      if (failure !== undefined) {
        waiting.reject(new OperationalFailure(failure.code, failure.message, failure))
        continue
      }
      const receipts = new Array<Receipt>(waiting.count).fill(accepted)
      for (; next < notable.length && notable[next][0] === place; next++) receipts[notable[next][1]] = notable[next][2]
      waiting.resolve(receipts)
    }
    for (const [id, { code, message, retryable }] of undecodable) {
      this.answered(id)?.reject(new OperationalFailure(code, message, { retryable }))
    }
  }

  private answered(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id)
    if (waiting === undefined) return undefined
    this.waiting.delete(id)
    this.inFlight -= waiting.count
    clearTimeout(waiting.timer)
    return waiting
  }

  private post(message: ToCore): void {
    this.port.postMessage(message)
  }
}

/** The core has not said that the commands are durable, so an acceptance could be wrong. */
const notConfirmed = (waitMs: number): OperationalFailure =>
  new OperationalFailure('not_confirmed', `the core has not answered within ${waitMs} ms`, { retryable: false })

interface Queue extends Submits {
  readonly ids: number[]
  readonly counts: number[]
  readonly waits: number[]
  lines: string
  traces?: (readonly [number, string])[]
}

const emptyQueue = (): Queue => ({ kind: 'submits', ids: [], counts: [], waits: [], lines: '' })
