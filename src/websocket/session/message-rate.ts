/** Counts the messages of one connection: a bucket that holds those of a second and fills at a constant rate. */

export class MessageRate {
  private readonly perSecond: number
  private left: number
  private filledAtMs: number

  constructor(perSecond: number, nowMs: number) {
    this.perSecond = perSecond
    this.left = perSecond
    this.filledAtMs = nowMs
  }

  /** Takes one message. `nowMs` comes from a monotonic clock. */
  admit(nowMs: number): boolean {
    const earned = ((nowMs - this.filledAtMs) * this.perSecond) / 1_000
    this.left = Math.min(this.perSecond, this.left + earned)
    this.filledAtMs = nowMs
    if (this.left < 1) return false
    this.left--
    return true
  }
}
