/** Counts what one connection does: a bucket that fills at a constant rate, and holds what may be done at once. */

export class ConnectionRate {
  private readonly perSecond: number
  private readonly atOnce: number
  private left: number
  private filledAtMs: number

  constructor(perSecond: number, nowMs: number, atOnce = perSecond) {
    this.perSecond = perSecond
    this.atOnce = atOnce
    this.left = atOnce
    this.filledAtMs = nowMs
  }

  /** Takes one. `nowMs` comes from a monotonic clock. */
  admit(nowMs: number): boolean {
    const earned = ((nowMs - this.filledAtMs) * this.perSecond) / 1_000
    this.left = Math.min(this.atOnce, this.left + earned)
    this.filledAtMs = nowMs
    if (this.left < 1) return false
    this.left--
    return true
  }
}
