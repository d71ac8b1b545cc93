/**
 * Finds symbols whose last trades are not recorded and that have become quiet: the batch with these trades was given
 * up, or the process ended. The next trade of a symbol would complete it, but may not come for long, and an account
 * misses its fills until then.
 *
 * With each call a few symbols are compared with their marks, in turn: at most 2 a second, a read unit each. So 1,000
 * symbols take 8 minutes.
 */

import type { MarketRecorder } from '../../ports/market-recorder.ts'
import type { Publisher, StoredMark } from '../../ports/publisher.ts'

const SYMBOLS_AT_ONCE = 2
const EACH_MS = 1_000
/** A symbol without a record for so long is quiet. Until then its next trade completes it. */
const QUIET_MS = 60_000

const NOTHING: Pick<StoredMark, 'tradeNumber' | 'schedule'> = { tradeNumber: 0 }

export class QuietRecordings {
  private readonly recorder: Pick<MarketRecorder, 'catchUp'>
  private readonly marks: Pick<Publisher, 'mark'>
  /** The last published trade of symbols that are recorded up to it. */
  private readonly complete = new Map<string, number>()
  private lookedAtMs = 0
  private place = 0

  constructor(recorder: Pick<MarketRecorder, 'catchUp'>, marks: Pick<Publisher, 'mark'>) {
    this.recorder = recorder
    this.marks = marks
  }

  /** Looks at the next symbols of the list, and records what they lack. Throws OperationalFailure. */
  async look(symbols: readonly string[], nowMs: number): Promise<void> {
    if (nowMs - this.lookedAtMs < EACH_MS || symbols.length === 0) return
    this.lookedAtMs = nowMs
    if (this.place >= symbols.length) this.place = 0
    const some = symbols.slice(this.place, this.place + SYMBOLS_AT_ONCE)
    this.place += SYMBOLS_AT_ONCE
    for (const symbol of some) {
      const { tradeNumber, schedule } = (await this.marks.mark(symbol)) ?? NOTHING
      const isQuiet = nowMs - (schedule?.recordAtMs ?? 0) >= QUIET_MS
      if (!isQuiet || tradeNumber <= (this.complete.get(symbol) ?? 0)) continue
      if ((await this.recorder.catchUp([symbol])) === 0) this.complete.set(symbol, tradeNumber)
    }
  }
}
