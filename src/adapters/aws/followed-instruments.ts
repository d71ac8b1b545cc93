/**
 * The directory of instruments that a function keeps in memory. Before a request is answered, it is brought up
 * to date if it was last compared more than two seconds ago: one small read, and all rows again if anything has
 * changed. So each function sees a change within seconds, and a function that nobody calls reads nothing.
 *
 * If the table cannot be read, the directory goes on as it is; without any directory, requests fail. They fail
 * as well once an instrument follows rules that this program does not know: a newer program must answer then.
 */

import { OperationalFailure } from '../../protocol/failure.ts'
import { InstrumentDirectory } from '../../protocol/instrument/instrument-directory.ts'
import { UnknownVersion } from '../../protocol/versions.ts'
import type { DynamoInstruments } from './dynamodb-instruments.ts'

/** Longer, and an operator waits; shorter, and a busy function reads the counter more often than is of use. */
const COMPARED_FOR_MS = 2_000

export class FollowedInstruments {
  /** Changes in place: whoever holds it sees the instruments of the last refresh. */
  readonly directory = new InstrumentDirectory()
  private readonly source: Pick<DynamoInstruments, 'changes' | 'all'>
  private readonly nowMs: () => number
  private readonly warn: (message: string, cause: unknown) => void
  private comparedAtMs = Number.NEGATIVE_INFINITY
  /** The counter before the directory was read; undefined: never read. */
  private changes: number | undefined
  private reading: Promise<void> | undefined

  constructor(
    source: Pick<DynamoInstruments, 'changes' | 'all'>,
    nowMs: () => number,
    warn: (message: string, cause: unknown) => void,
  ) {
    this.source = source
    this.nowMs = nowMs
    this.warn = warn
  }

  /** Throws OperationalFailure if no directory was ever read and none can be, or rules are not known. */
  refresh(): Promise<void> {
    // A new exchange has none for its first minute: it is asked each time.
    if (this.directory.size > 0 && this.nowMs() - this.comparedAtMs < COMPARED_FOR_MS) return Promise.resolve()
    this.reading ??= this.compare().finally(() => {
      this.reading = undefined
    })
    return this.reading
  }

  private async compare(): Promise<void> {
    const startMs = this.nowMs()
    try {
      const changes = await this.source.changes()
      if (changes !== this.changes) {
        const instruments = await this.source.all()
        this.directory.clear()
        for (const instrument of instruments) this.directory.set(instrument.symbol, instrument)
        this.changes = changes
      }
    } catch (cause) {
      if (cause instanceof UnknownVersion) throw refusal(cause)
      if (this.changes === undefined) throw cause
      this.warn('the instruments could not be read; those of the last read are used', cause)
    }
    this.comparedAtMs = startMs
  }
}

/** Another instance may run the newer program already. */
const refusal = (cause: UnknownVersion): OperationalFailure =>
  new OperationalFailure('unavailable', cause.message, { retryable: true, cause })
