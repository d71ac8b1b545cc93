/**
 * A token bucket for each account. A token is one order, one cancel or one read. The bucket fills at `perSecond` and
 * holds the tokens of `burstSeconds`. A request is admitted if the bucket is not empty. A request that takes more than
 * one token may overdraw the bucket; the pause after it is longer.
 *
 * The time comes from the monotonic clock. After a step of the clock of the machine an account would otherwise wait
 * until the clock has caught up, or send without limit.
 */

/** A bucket counts thousandths of a token, so that a whole rate adds a whole number in each millisecond. */
const TOKEN = 1000

interface Bucket {
  fill: number
  filledAtMs: number
}

export class RateLimiter {
  private readonly monotonicMs: () => number
  private readonly buckets = new Map<string, Bucket>()
  readonly perSecond: number
  /** Tokens of a full bucket: at least one, because with less no request would be admitted. */
  readonly capacity: number

  constructor(perSecond: number, burstSeconds = 1, monotonicMs: () => number = () => performance.now()) {
    this.monotonicMs = monotonicMs
    this.perSecond = perSecond
    this.capacity = Math.max(1, Math.floor(perSecond * burstSeconds))
  }

  /** Takes one token. Returns the milliseconds to wait until the bucket is no longer empty; 0 if admitted. */
  admit(account: string): number {
    const nowMs = Math.floor(this.monotonicMs())
    let bucket = this.buckets.get(account)
    if (bucket === undefined) {
      bucket = { fill: this.capacity * TOKEN, filledAtMs: nowMs }
      this.buckets.set(account, bucket)
    } else if (nowMs > bucket.filledAtMs) {
      const earned = (nowMs - bucket.filledAtMs) * this.perSecond
      bucket.fill = Math.min(this.capacity * TOKEN, bucket.fill + earned)
      bucket.filledAtMs = nowMs
    }
    if (bucket.fill < TOKEN) return Math.ceil((TOKEN - bucket.fill) / this.perSecond)
    bucket.fill -= TOKEN
    return 0
  }

  /** Takes the further tokens of an admitted request. */
  charge(account: string, tokens: number): void {
    const bucket = this.buckets.get(account)
    if (bucket !== undefined) bucket.fill -= tokens * TOKEN
  }

  /** Calls `write` with the tokens that the account has now, and the seconds until its bucket is full. */
  state<T>(account: string, write: (left: number, secondsToFull: number) => T): T {
    const full = this.capacity * TOKEN
    const fill = this.buckets.get(account)?.fill ?? full
    const left = fill < TOKEN ? 0 : Math.floor(fill / TOKEN)
    return write(left, Math.ceil((full - fill) / (this.perSecond * TOKEN)))
  }
}
