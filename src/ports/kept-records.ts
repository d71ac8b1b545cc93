/**
 * Keeps the records of a symbol that cannot be matched now, for when it can. Keeping a record twice does no harm,
 * and an older process never replaces what a newer one has kept.
 */

import type { Position } from './order-stream.ts'
import type { RawRecord } from './record-stream.ts'

export interface KeptRecords {
  /** Resolves when the records, which are in order, are durable. Throws OperationalFailure. */
  keep(symbol: string, records: readonly RawRecord[]): Promise<void>
  /** The records after `after`, in order, in batches. A record may occur twice. */
  read(symbol: string, after: Position): AsyncIterable<readonly RawRecord[]>
  /** Deletes the records up to and including `through`. Some may stay. */
  forget(symbol: string, through: Position): Promise<void>
}
