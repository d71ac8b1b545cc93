/**
 * Reads the commands of a stream record of one symbol. A line that no version of the program can read becomes
 * a dead letter, because it must not stop a shard. A command, an order field or an instrument that only a newer
 * version can read is no dead letter. Reading stops there with UnknownCommand, until a program that can read it runs.
 * It is a NewerCommand if the line concerns its symbol alone.
 */

import type { DeadLetter } from '../ports/dead-letters.ts'
import type { Position } from '../ports/order-stream.ts'
import type { RawRecord } from '../ports/record-stream.ts'
import { decodeParsed, type Instruments } from '../protocol/command/codec.ts'
import type { Command } from '../protocol/command/commands.ts'
import { LineReader } from '../protocol/command/line-reader.ts'
import { MalformedCommand, shown, UnknownCommand } from '../protocol/command/undecodable-line.ts'
import { type Instrument, parseInstrument } from '../protocol/instrument/instrument.ts'
import { SYMBOL_PATTERN } from '../protocol/limits.ts'
import { NewerCommand } from './passing-failure.ts'

export interface ReadRecord {
  readonly position: Position
  readonly timestampMs: number
  readonly commands: readonly Command[]
  /** Indexes in `commands` of those that may be in the stream already. Their line has `"again":true`. */
  readonly again: ReadonlySet<number>
}

const NEWLINE = 10
const NONE: ReadonlySet<number> = new Set()

/**
 * Adds lines that are no commands to `dead`, and an instrument that the record defines to `instruments`.
 * Throws UnknownCommand.
 */
export function readRecord(
  symbol: string,
  raw: RawRecord,
  instruments: Map<string, Instrument>,
  dead: DeadLetter[],
): ReadRecord {
  const bytes = Buffer.from(raw.bytes.buffer, raw.bytes.byteOffset, raw.bytes.byteLength)
  const { position, timestampMs } = raw
  const reader = readerOf(instruments)
  const commands: Command[] = []
  let again: Set<number> | undefined
  for (let from = 0, to = 0, index = 0; from < bytes.length; from = to + 1, index++) {
    const plain = reader.readPlain(bytes, from)
    if (plain !== undefined) {
      commands.push(plain)
      to = reader.end
      continue
    }
    to = bytes.indexOf(NEWLINE, from)
    if (to < 0) to = bytes.length
    if (to === from) continue
    let value: unknown
    try {
      value = parseLine(bytes.toString('utf8', from, to))
      // A line with another symbol is in the wrong record, even if its command is known.
      const named = (value as { symbol?: unknown } | null)?.symbol
      if (typeof named === 'string' && named !== symbol)
        throw new MalformedCommand(`symbol ${shown(named)} among those of ${symbol}`)
      const command = decodeParsed(value, instruments)
      if (command.symbol !== symbol) throw new MalformedCommand(`${command.kind} without a symbol`)
      if ((value as { again?: unknown }).again === true) {
        again ??= new Set()
        again.add(commands.length)
      }
      if (command.kind === 'DefineInstrument' && !instruments.has(symbol)) {
        instruments.set(symbol, parseInstrument(command))
      }
      commands.push(command)
    } catch (cause) {
      if (cause instanceof UnknownCommand && isForOneSymbol(value, cause)) {
        throw new NewerCommand(cause.what, cause.unknown)
      }
      if (!(cause instanceof MalformedCommand)) throw cause
      const letter = Uint8Array.from(bytes.subarray(from, to))
      dead.push({ symbol, position, index, timestampMs, bytes: letter, reason: cause.message })
    }
  }
  return { position, timestampMs, commands, again: again ?? NONE }
}

/**
 * Whether an unknown line that is not of another symbol concerns its symbol alone. One that names no symbol may concern
 * all. Rules are those of the exchange: each symbol has a record with them. An unknown instrument needs an earlier
 * record, and not a newer program.
 */
function isForOneSymbol(value: unknown, { what }: UnknownCommand): boolean {
  const { symbol, kind } = value as { symbol?: unknown; kind?: unknown }
  return typeof symbol === 'string' && SYMBOL_PATTERN.test(symbol) && kind !== 'AdoptRules' && what !== 'instrument'
}

/**
 * Reads records in order, and stops before one that this program does not know how to read. Throws UnknownCommand if
 * that is the first.
 */
export function readRecords(
  symbol: string,
  records: readonly RawRecord[],
  instruments: Map<string, Instrument>,
  dead: DeadLetter[],
): ReadRecord[] {
  const reads: ReadRecord[] = []
  for (const raw of records) {
    try {
      reads.push(readRecord(symbol, raw, instruments, dead))
    } catch (cause) {
      if (!(cause instanceof UnknownCommand) || reads.length === 0) throw cause
      break
    }
  }
  return reads
}

const readers = new WeakMap<Instruments, LineReader>()

function readerOf(instruments: Instruments): LineReader {
  let reader = readers.get(instruments)
  if (reader === undefined) {
    reader = new LineReader(instruments)
    readers.set(instruments, reader)
  }
  return reader
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new MalformedCommand('not JSON', { cause })
  }
}
