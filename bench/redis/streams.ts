/** The commands of a run, as batches of stream records for a matcher. */

import type { ShardRecord } from '../../src/ports/record-stream.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import type { Instrument } from '../../src/protocol/instrument/instrument.ts'
import { type ReadRecord, readRecord } from '../../src/shard/record-lines.ts'
import { DEEP, SHALLOW, steadyStream } from '../engine/steady-streams.ts'
import { benchInstrument, commandsOf, definitionOf, linesOf } from './command-lines.ts'

/** Commands in one stream record, as in one batch request. */
const LINES = 100
const START_MS = 1_700_000_000_000

/** Commands of one symbol as the bytes of a stream record, at most {@link LINES}. */
export interface CommandLines {
  readonly symbol: string
  readonly bytes: Uint8Array
  readonly count: number
}

/**
 * Commands are kept as bytes. As objects, every major collection would mark them, and the matcher's time would include
 * that work for the benchmark.
 */
export interface RedisWorkload {
  readonly book: 'shallow' | 'deep'
  readonly symbols: number
  readonly instruments: ReadonlyMap<string, Instrument>
  /** Commands that fill the books. They are not timed. */
  readonly prefill: readonly CommandLines[]
  readonly timed: readonly CommandLines[]
  /**
   * A definition, decoded. V8 discards the hidden class of a definition when none is left, and with it the optimized
   * code of the matcher. The next round would start cold.
   */
  readonly definition: Command
}

/** `timed` commands in total. The symbols alternate, with one stream record of commands each. */
export function workload(book: RedisWorkload['book'], symbols: number, timed: number): RedisWorkload {
  const names = Array.from({ length: symbols }, (_, i) => `SYM${i}`)
  const shape = book === 'deep' ? { ...DEEP, resting: Math.floor(DEEP.resting / symbols) } : SHALLOW
  const streams = names.map((symbol, i) => {
    const stream = steadyStream(shape, Math.ceil(timed / symbols), 1_000 + i)
    const commands = commandsOf(stream, symbol)
    return {
      prefill: recordsOf(symbol, [definitionOf(symbol), ...commands.slice(0, stream.prefill)]),
      timed: recordsOf(symbol, commands.slice(stream.prefill)),
    }
  })
  const turns = Array.from({ length: Math.ceil(timed / symbols / LINES) }, (_, turn) =>
    streams.flatMap((stream) => stream.timed.slice(turn, turn + 1)),
  )
  const instruments = new Map(names.map((name) => [name, benchInstrument(name)]))
  const prefill = streams.flatMap((stream) => stream.prefill)
  const [definition] = new RecordWriter(instruments).commands(prefill.slice(0, 1))
  return { book, symbols, instruments, prefill, timed: turns.flat(), definition }
}

function recordsOf(symbol: string, commands: readonly Command[]): CommandLines[] {
  const instrument = benchInstrument(symbol)
  const records: CommandLines[] = []
  for (let from = 0; from < commands.length; from += LINES) {
    const part = commands.slice(from, from + LINES)
    records.push({ symbol, bytes: linesOf(part, instrument), count: part.length })
  }
  return records
}

export const countOf = (records: readonly CommandLines[]): number => records.reduce((sum, { count }) => sum + count, 0)

export class RecordWriter {
  private number = 10n ** 55n
  private readonly instruments: Map<string, Instrument>

  constructor(instruments: RedisWorkload['instruments']) {
    this.instruments = new Map(instruments)
  }

  /** Batches of `size` commands, made of full records. */
  batches(records: readonly CommandLines[], size: number): ShardRecord[][] {
    const batches: ShardRecord[][] = []
    let room = 0
    for (const { symbol, bytes, count } of records) {
      if (room < count) {
        batches.push([])
        room = size
      }
      room -= count
      const position = String(this.number++).padStart(64, '0')
      const timestampMs = START_MS + Number(this.number % 1_000_000n)
      batches[batches.length - 1].push({ symbol, position, timestampMs, bytes })
    }
    return batches
  }

  read(record: ShardRecord): ReadRecord {
    return readRecord(record.symbol, record, this.instruments, [])
  }

  commands(records: readonly CommandLines[]): Command[] {
    return this.batches(records, LINES).flatMap(([record]) => this.read(record).commands)
  }
}
