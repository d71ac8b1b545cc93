/**
 * A token bucket for each account. A token is one order. The bucket fills at `ordersPerSecond` and holds the
 * orders of one second. A request is admitted if the bucket is not empty. A batch may overdraw the bucket; the
 * pause after it is longer.
 */

/** A bucket counts thousandths of an order, so that a whole rate adds a whole number in each millisecond. */
const ORDER = 1000

interface Bucket {
  fill: number
  filledAtMs: number
}

export class RateLimiter {
  private readonly buckets = new Map<string, Bucket>()
  readonly ordersPerSecond: number
  /** Orders of a full bucket: at least one, because with less no order would be admitted. */
  readonly capacity: number

  constructor(ordersPerSecond: number) {
    this.ordersPerSecond = ordersPerSecond
    this.capacity = Math.max(1, Math.floor(ordersPerSecond))
  }

  /** Takes one order. Returns the milliseconds to wait until the bucket is no longer empty; 0 if admitted. */
  admit(account: string, nowMs: number): number {
    let bucket = this.buckets.get(account)
    if (bucket === undefined) {
      bucket = { fill: this.capacity * ORDER, filledAtMs: nowMs }
      this.buckets.set(account, bucket)
    } else if (nowMs > bucket.filledAtMs) {
      const earned = (nowMs - bucket.filledAtMs) * this.ordersPerSecond
      bucket.fill = Math.min(this.capacity * ORDER, bucket.fill + earned)
      bucket.filledAtMs = nowMs
    }
    if (bucket.fill < ORDER) return Math.ceil((ORDER - bucket.fill) / this.ordersPerSecond)
    bucket.fill -= ORDER
    return 0
  }

  /** Takes the further orders of an admitted batch. */
  charge(account: string, orders: number): void {
    const bucket = this.buckets.get(account)
    if (bucket !== undefined) bucket.fill -= orders * ORDER
  }

  /** Calls `write` with the orders that the account may send now, and the seconds until its bucket is full. */
  state<T>(account: string, write: (ordersLeft: number, secondsToFull: number) => T): T {
    const full = this.capacity * ORDER
    const fill = this.buckets.get(account)?.fill ?? full
    const left = fill < ORDER ? 0 : Math.floor(fill / ORDER)
    return write(left, Math.ceil((full - fill) / (this.ordersPerSecond * ORDER)))
  }
}
