/**
 * What a stream record of one symbol says: its commands, and the lines that are none. A line is a
 * command of the symbol that the record is partitioned by, or it is a dead letter; an empty line is
 * neither. Nothing here throws: data cannot stop a shard.
 */

import type { DeadLetter } from '../ports/dead-letters.ts'
import type { Position } from '../ports/order-stream.ts'
import type { RawRecord } from '../ports/record-stream.ts'
import { decodeParsed, type Instruments } from '../protocol/codec.ts'
import type { Command } from '../protocol/commands.ts'
import { LineReader } from '../protocol/line-reader.ts'
import { MalformedCommand, UndecodableLine } from '../protocol/undecodable-line.ts'

export interface ReadRecord {
  readonly position: Position
  readonly timestampMs: number
  readonly commands: readonly Command[]
  /** Places in `commands` of those that may stand in the stream already: their line says `"again":true`. */
  readonly again: ReadonlySet<number>
}

const NEWLINE = 10
const NONE: ReadonlySet<number> = new Set()

/** Adds to `dead` what is no command. */
export function readRecord(symbol: string, raw: RawRecord, instruments: Instruments, dead: DeadLetter[]): ReadRecord {
  const bytes = Buffer.from(raw.bytes.buffer, raw.bytes.byteOffset, raw.bytes.byteLength)
  const { position, timestampMs } = raw
  const reader = readerOf(instruments)
  const commands: Command[] = []
  let again: Set<number> | undefined
  for (let from = 0, to = 0, index = 0; from < bytes.length; from = to + 1, index++) {
    to = bytes.indexOf(NEWLINE, from)
    if (to < 0) to = bytes.length
    if (to === from) continue
    try {
      let command: Command | undefined = reader.readPlain(bytes, from, to)
      if (command === undefined) {
        const value = parseLine(bytes.toString('utf8', from, to))
        command = decodeParsed(value, instruments)
        if ((value as { again?: unknown }).again === true && command.symbol === symbol) {
          again ??= new Set()
          again.add(commands.length)
        }
      }
      if (command.symbol !== symbol) throw new MalformedCommand(`symbol ${command.symbol} among those of ${symbol}`)
      commands.push(command)
    } catch (cause) {
      if (!(cause instanceof UndecodableLine)) throw cause
      const letter = Uint8Array.from(bytes.subarray(from, to))
      dead.push({ symbol, position, index, timestampMs, bytes: letter, reason: cause.message })
    }
  }
  return { position, timestampMs, commands, again: again ?? NONE }
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
