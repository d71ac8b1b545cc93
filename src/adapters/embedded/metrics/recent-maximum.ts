/**
 * The largest value of the last minute. Reading changes nothing, so any number of readers see the same. Values are kept
 * by slots of five seconds, so one of them counts for 55 to 60 seconds.
 */

const SLOT_MS = 5_000
const SLOTS = 12

export class RecentMaximum {
  private readonly slots = new Float64Array(SLOTS)
  /** The slot of the last call, counted from the begin of time. */
  private latest = Number.NEGATIVE_INFINITY

  /** `nowMs`: any clock that does not go back. Values are at least 0. */
  note(value: number, nowMs: number): void {
    this.advance(nowMs)
    const slot = this.latest % SLOTS
    if (value > this.slots[slot]) this.slots[slot] = value
  }

  /** 0 if there was none. */
  at(nowMs: number): number {
    this.advance(nowMs)
    return Math.max(...this.slots)
  }

  /** Empties the slots whose time is over. */
  private advance(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS)
    for (let i = Math.max(this.latest + 1, slot - SLOTS + 1); i <= slot; i++)
      this.slots[((i % SLOTS) + SLOTS) % SLOTS] = 0
    this.latest = Math.max(this.latest, slot)
  }
}
