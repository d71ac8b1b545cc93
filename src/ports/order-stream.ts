/**
 * The order stream, from which all other state can be rebuilt. It assigns every record an increasing position
 * and an arrival time that never decreases. It can be read again from any position.
 */

import type { Command } from '../protocol/command/commands.ts'
import type { InstrumentText } from '../protocol/instrument/instrument.ts'

/** The position of a record. Positions compare as strings; the first is greater than ''. */
export type Position = string

/** Before the first record. */
export const BEGINNING: Position = ''

/** Commands that entered the stream together. */
export interface StreamRecord {
  readonly position: Position
  readonly timestampMs: number
  readonly commands: readonly Command[]
  /** Lines of the record that are not commands; absent without any. */
  readonly malformed?: readonly MalformedLine[]
}

/** A line that no version of the program can read. It is not applied. */
export interface MalformedLine {
  /** The position that a command in this line would have. */
  readonly position: Position
  readonly line: string
  readonly error: string
}

export interface OrderStream {
  /**
   * Appends commands together as one record. `lines` is their encoding, a newline after each. Resolves with their
   * arrival time when they are durable. Throws OperationalFailure if they are not.
   */
  append(lines: Uint8Array, commands: readonly Command[]): Promise<number>
  /**
   * The records after `after` in order, in batches, up to the present end. `instruments` are those defined up to
   * `after`; the records define the others. Throws StreamTruncated if the stream ends before `after`, and
   * UnknownCommand at a command that this program does not support.
   */
  read(after: Position, instruments: Iterable<InstrumentText>): AsyncIterable<readonly StreamRecord[]>
}

/** The stream ends before a position that was already applied. It has lost records, so matching must not start. */
export class StreamTruncated extends Error {
  override readonly name = 'StreamTruncated'
}
