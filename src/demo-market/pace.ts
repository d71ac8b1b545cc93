/**
 * How many commands are due. What was not sent in time is not sent later: after a pause of the exchange the market
 * goes on, and does not make up for it.
 */

/** The longest time of which commands are due at once. */
const BEHIND_MS_MAX = 200

export class Pace {
  private readonly perMs: number
  private readonly most: number
  private earnedAtMs: number
  private credit = 0

  /** `most`: commands that are due at once. */
  constructor(perSecond: number, most: number, nowMs: number) {
    this.perMs = perSecond / 1000
    this.most = Math.min(most, Math.max(1, this.perMs * BEHIND_MS_MAX))
    this.earnedAtMs = nowMs
  }

  /** The commands that are due now. */
  due(nowMs: number): number {
    this.credit = Math.min(this.credit + Math.max(0, nowMs - this.earnedAtMs) * this.perMs, this.most)
    this.earnedAtMs = nowMs
    return Math.floor(this.credit)
  }

  /** Commands were sent. They may be a few more than were due. */
  sent(commands: number): void {
    this.credit -= commands
  }
}
