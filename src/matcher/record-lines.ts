/**
 * What a stream record of one symbol says: its commands, and the lines that are none. A line is a
 * command of the symbol that the record is partitioned by, or it is a dead letter; an empty line is
 * neither. Nothing here throws: data cannot stop a shard.
 */

import type { DeadLetter } from '../ports/dead-letters.ts'
import type { Position } from '../ports/order-stream.ts'
import type { RawRecord } from '../ports/record-stream.ts'
import { commandOf, type Instruments, MalformedCommand } from '../protocol/codec.ts'
import type { Command } from '../protocol/commands.ts'

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
  // The whole text at once: to cross into native code for every line costs as much as to parse it.
  const lines = bytes.toString('utf8').split('\n')
  const commands: Command[] = []
  let again: Set<number> | undefined
  for (let index = 0; index < lines.length; index++) {
    if (lines[index] === '') continue
    try {
      const value = parseLine(lines[index])
      const command = commandOf(value, instruments)
      if (command.symbol !== symbol) throw new MalformedCommand(`symbol ${command.symbol} among those of ${symbol}`)
      if ((value as { again?: unknown }).again === true) {
        again ??= new Set()
        again.add(commands.length)
      }
      commands.push(command)
    } catch (cause) {
      if (!(cause instanceof MalformedCommand)) throw cause
      const { position, timestampMs } = raw
      dead.push({ symbol, position, index, timestampMs, bytes: lineBytes(bytes, index), reason: cause.message })
    }
  }
  return { position: raw.position, timestampMs: raw.timestampMs, commands, again: again ?? NONE }
}

/** The bytes of a line as they came: text that is not UTF-8 could not be turned back into them. */
function lineBytes(bytes: Buffer, index: number): Uint8Array {
  let start = 0
  for (let line = 0; line < index; line++) start = bytes.indexOf(NEWLINE, start) + 1
  const end = bytes.indexOf(NEWLINE, start)
  return Uint8Array.from(bytes.subarray(start, end < 0 ? bytes.length : end))
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new MalformedCommand('not JSON', { cause })
  }
}
