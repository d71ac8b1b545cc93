/**
 * The order stream: the only source of truth. It gives every record a position that grows and an
 * arrival time that never decreases, and it can be read again from any position.
 */

import type { Command } from '../protocol/commands.ts'
import type { InstrumentText } from '../protocol/instrument.ts'

/** Where a record stands. Positions compare as strings; the first is greater than ''. */
export type Position = string

/** Before the first record. */
export const BEGINNING: Position = ''

/** Commands that entered the stream together. */
export interface StreamRecord {
  readonly position: Position
  readonly timestampMs: number
  readonly commands: readonly Command[]
}

export interface OrderStream {
  /**
   * Appends commands of one call together, `lines` being their encoding, a newline after each; resolves with their arrival
   * time once they are durable. Throws OperationalFailure when they are not.
   */
  append(lines: Uint8Array, commands: readonly Command[]): Promise<number>
  /**
   * Records after `after`, in order, in batches, up to the present end. `instruments` are those defined up to
   * `after`; the records define the others. Throws StreamTruncated if the stream ends before `after`, and
   * UnknownCommand at a command that this program does not know.
   */
  read(after: Position, instruments: Iterable<InstrumentText>): AsyncIterable<readonly StreamRecord[]>
}

/** The stream ends before a position that was applied: it has lost records, and must not go on. */
export class StreamTruncated extends Error {
  override readonly name = 'StreamTruncated'
}
