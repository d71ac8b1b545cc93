/**
 * A token bucket per account, counted in orders: it fills by `ordersPerSecond` and holds one second
 * of them. A request is admitted while the bucket is not empty and may overdraw it, so that a batch
 * larger than the bucket is possible and is paid for by a longer pause.
 */

interface Bucket {
  tokens: number
  filledAtMs: number
}

export class RateLimiter {
  private readonly buckets = new Map<string, Bucket>()
  private readonly ordersPerSecond: number
  /** The value of `RateLimit-Policy`. */
  readonly policy: string

  constructor(ordersPerSecond: number) {
    this.ordersPerSecond = ordersPerSecond
    this.policy = `"orders";q=${ordersPerSecond};w=1`
  }

  /** Takes one token. Returns the milliseconds to wait until the bucket is no longer empty; 0 if admitted. */
  admit(account: string, nowMs: number): number {
    let bucket = this.buckets.get(account)
    if (bucket === undefined) {
      bucket = { tokens: this.ordersPerSecond, filledAtMs: nowMs }
      this.buckets.set(account, bucket)
    } else if (nowMs > bucket.filledAtMs) {
      const earned = ((nowMs - bucket.filledAtMs) * this.ordersPerSecond) / 1000
      bucket.tokens = Math.min(this.ordersPerSecond, bucket.tokens + earned)
      bucket.filledAtMs = nowMs
    }
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1000) / this.ordersPerSecond)
    bucket.tokens--
    return 0
  }

  /** Takes the tokens of the further orders of an admitted batch. */
  charge(account: string, orders: number): void {
    const bucket = this.buckets.get(account)
    if (bucket !== undefined) bucket.tokens -= orders
  }

  /** The value of `RateLimit`: orders left, and seconds until the bucket is full again. */
  state(account: string): string {
    const tokens = this.buckets.get(account)?.tokens ?? this.ordersPerSecond
    const left = tokens < 1 ? 0 : Math.floor(tokens)
    return `"orders";r=${left};t=${Math.ceil((this.ordersPerSecond - tokens) / this.ordersPerSecond)}`
  }
}
