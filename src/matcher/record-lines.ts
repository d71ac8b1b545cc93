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
  const commands: Command[] = []
  let again: Set<number> | undefined
  let index = 0
  for (let start = 0; start < bytes.length; index++) {
    const newline = bytes.indexOf(NEWLINE, start)
    const end = newline < 0 ? bytes.length : newline
    if (end > start) {
      try {
        const value = parseLine(bytes.toString('utf8', start, end))
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
        const line = Uint8Array.prototype.slice.call(bytes, start, end)
        dead.push({ symbol, position, index, timestampMs, bytes: line, reason: cause.message })
      }
    }
    start = end + 1
  }
  return { position: raw.position, timestampMs: raw.timestampMs, commands, again: again ?? NONE }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new MalformedCommand('not JSON', { cause })
  }
}
