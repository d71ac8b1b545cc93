/**
 * Runs both engines on one stream. First it checks that they agree on the number of trades and the lots traded. Then it
 * runs rounds in turn, each on a new book that the untimed commands have filled. A garbage collection is forced between
 * rounds, so that one round does not cost time in another.
 */

import { type EventBuffer, TRADE } from '../../src/engine/event-buffer.ts'
import { checkBook } from '../../src/engine/invariants.ts'
import type { OrderBook } from '../../src/engine/order-book.ts'
import type { CommandStream } from './command-stream.ts'
import { NumberedEngine } from './numbered-engine.ts'
import { OurEngine, type Sink } from './our-engine.ts'
import { idsOf, TheirEngine, type TradeTotals } from './their-engine.ts'

/** Commands per second: the median of the rounds, the slowest and the fastest. */
export interface Row {
  readonly stream: string
  readonly engine: 'ours' | 'nodejs-order-book'
  readonly commandsPerSecond: number
  readonly min: number
  readonly max: number
  /** Commands timed in a round. */
  readonly commands: number
}

export interface CompareOptions {
  /** Whether cancels and amendments may concern closed orders. This engine then needs its index of numbers. */
  readonly numbered: boolean
  readonly rounds: number
  readonly theirRounds: number
  /** Commands of the stream that the slower engine is timed with. */
  readonly theirCommands: number
}

interface Runner {
  run(from: number, to: number): void
}

interface Ours {
  readonly runner: Runner
  readonly book: OrderBook
}

const discard: Sink = () => {}

/** Throws if the engines disagree. Returns a row for each, this engine first. */
export function compare(stream: CommandStream, options: CompareOptions): Row[] {
  const ids = idsOf(stream)
  const end = Math.min(stream.count, stream.prefill + options.theirCommands)
  const held = checkEqual(stream, end, options.numbered, ids)
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < options.rounds; round++) {
    ours.push(speed(ourRunner(stream, options.numbered, discard).runner, stream, stream.count))
    if (round < options.theirRounds) theirs.push(speed(new TheirEngine(stream, ids), stream, end))
  }
  // The book is referenced until here. Without any book, a collection removes the hidden classes of books and all code
  // compiled for them, so that each round would start cold. An exchange always has a book.
  checkBook(held.book)
  return [
    row(stream.name, 'ours', ours, stream.count - stream.prefill),
    row(stream.name, 'nodejs-order-book', theirs, end - stream.prefill),
  ]
}

/** Throws if the engines disagree. Returns this engine after the commands. */
function checkEqual(stream: CommandStream, end: number, numbered: boolean, ids: readonly string[]): Ours {
  const expected: TradeTotals = { trades: 0, quantity: 0 }
  new TheirEngine(stream, ids, expected).run(0, end)
  const totals: TradeTotals = { trades: 0, quantity: 0 }
  const ours = ourRunner(stream, numbered, (events) => addTrades(events, totals))
  ours.runner.run(0, end)
  checkBook(ours.book)
  if (totals.trades !== expected.trades || totals.quantity !== expected.quantity) {
    throw new Error(`${stream.name}: ours ${JSON.stringify(totals)}, nodejs-order-book ${JSON.stringify(expected)}`)
  }
  return ours
}

function addTrades(events: EventBuffer, totals: TradeTotals): void {
  for (let i = 0; i < events.count; i++) {
    if (events.kind(i) !== TRADE) continue
    totals.trades++
    totals.quantity += events.quantity(i)
  }
}

function ourRunner(stream: CommandStream, numbered: boolean, sink: Sink): Ours {
  if (!numbered) {
    const runner = new OurEngine(stream, sink)
    return { runner, book: runner.book }
  }
  const runner = new NumberedEngine(stream, sink)
  return { runner, book: runner.numbered.book }
}

function speed(runner: Runner, stream: CommandStream, end: number): number {
  runner.run(0, stream.prefill)
  // Two collections: the second waits for the background sweep of the first, which would use memory bandwidth.
  globalThis.gc?.()
  globalThis.gc?.()
  const start = process.hrtime.bigint()
  runner.run(stream.prefill, end)
  return ((end - stream.prefill) * 1e9) / Number(process.hrtime.bigint() - start)
}

function row(stream: string, engine: Row['engine'], speeds: number[], commands: number): Row {
  const sorted = [...speeds].sort((a, b) => a - b)
  const round = (value: number): number => Math.round(value)
  return {
    stream,
    engine,
    commandsPerSecond: round(median(sorted)),
    min: round(sorted[0]),
    max: round(sorted[sorted.length - 1]),
    commands,
  }
}

/** The median of sorted numbers. */
export function median(sorted: readonly number[]): number {
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
