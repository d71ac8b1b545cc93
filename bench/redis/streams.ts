/** The commands of a run, and what a matcher gets of them: batches of stream records. */

import type { ReadRecord } from '../../src/matcher/record-lines.ts'
import { readRecord } from '../../src/matcher/record-lines.ts'
import type { ShardRecord } from '../../src/ports/record-stream.ts'
import type { Command } from '../../src/protocol/commands.ts'
import type { Instrument } from '../../src/protocol/instrument.ts'
import { DEEP, SHALLOW, steadyStream } from '../engine/steady-streams.ts'
import { benchInstrument, commandsOf, linesOf } from './command-lines.ts'

/** Commands in one stream record: what the ingest makes of a batch request. */
const LINES = 100
const START_MS = 1_700_000_000_000

export interface RedisWorkload {
  readonly book: 'shallow' | 'deep'
  readonly symbols: number
  readonly instruments: ReadonlyMap<string, Instrument>
  /** Fill the books; not timed. */
  readonly prefill: readonly Command[]
  readonly timed: readonly Command[]
}

/** `timed` commands in all, each symbol's in its turn, a record's worth at a time. */
export function workload(book: RedisWorkload['book'], symbols: number, timed: number): RedisWorkload {
  const names = Array.from({ length: symbols }, (_, i) => `SYM${i}`)
  const shape = book === 'deep' ? { ...DEEP, resting: Math.floor(DEEP.resting / symbols) } : SHALLOW
  const streams = names.map((symbol, i) => {
    const stream = steadyStream(shape, Math.ceil(timed / symbols), 1_000 + i)
    return { prefill: stream.prefill, commands: commandsOf(stream, symbol) }
  })
  const turns = Array.from({ length: Math.ceil(timed / symbols / LINES) }, (_, turn) =>
    streams.flatMap(({ prefill, commands }) => commands.slice(prefill + turn * LINES, prefill + (turn + 1) * LINES)),
  )
  return {
    book,
    symbols,
    instruments: new Map(names.map((name) => [name, benchInstrument(name)])),
    prefill: streams.flatMap(({ prefill, commands }) => commands.slice(0, prefill)),
    timed: turns.flat(),
  }
}

export class RecordWriter {
  private number = 10n ** 55n
  private readonly instruments: RedisWorkload['instruments']

  constructor(instruments: RedisWorkload['instruments']) {
    this.instruments = instruments
  }

  /** Batches of `size` commands, each symbol's in records of its own. */
  batches(commands: readonly Command[], size: number): ShardRecord[][] {
    const batches: ShardRecord[][] = []
    for (let i = 0; i < commands.length; i += size) batches.push(this.records(commands.slice(i, i + size)))
    return batches
  }

  read(record: ShardRecord): ReadRecord {
    return readRecord(record.symbol, record, this.instruments, [])
  }

  private records(commands: readonly Command[]): ShardRecord[] {
    const records: ShardRecord[] = []
    for (let start = 0; start < commands.length; ) {
      const { symbol } = commands[start]
      let end = start + 1
      while (end < commands.length && end - start < LINES && commands[end].symbol === symbol) end++
      const bytes = linesOf(commands.slice(start, end), this.instruments.get(symbol) as Instrument)
      const position = String(this.number++).padStart(64, '0')
      records.push({ symbol, position, timestampMs: START_MS + Number(this.number % 1_000_000n), bytes })
      start = end
    }
    return records
  }
}
