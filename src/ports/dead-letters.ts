/** Keeps lines of the order stream that are not commands, with their bytes, so that an operator can examine them. */

import type { Position } from './order-stream.ts'

export interface DeadLetter {
  /** The partition key of the record. */
  readonly symbol: string
  readonly position: Position
  /** Index of the line in its record, from 0. */
  readonly index: number
  readonly timestampMs: number
  /** The bytes of the line. */
  readonly bytes: Uint8Array
  readonly reason: string
}

export interface DeadLetters {
  /** Resolves when all letters are stored. The same letter may be passed twice. Throws OperationalFailure. */
  keep(letters: readonly DeadLetter[]): Promise<void>
}
