/** Keeps lines of the order stream that are no commands, with their bytes, for people to look at. */

import type { Position } from './order-stream.ts'

export interface DeadLetter {
  /** What the record is partitioned by. */
  readonly symbol: string
  readonly position: Position
  /** Of the line in its record, from 0. */
  readonly index: number
  readonly timestampMs: number
  /** The line as it came. */
  readonly bytes: Uint8Array
  readonly reason: string
}

export interface DeadLetters {
  /** Resolves when all are kept; the same letter may come twice. Throws OperationalFailure. */
  keep(letters: readonly DeadLetter[]): Promise<void>
}
