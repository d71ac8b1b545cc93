/**
 * The order ids whose line had `again`. Their producer could not determine whether an earlier attempt had
 * reached the stream. That attempt may arrive as a plain line after the retry, and even after the order has
 * closed. So such an id is kept for a period of stream time, and no line may enter it again in that period.
 * This is part of the matcher's state: the same stream gives the same ids.
 */

/** AWS refuses a request 5 minutes after its signature. Three times that leaves a safe margin. */
export const STRAGGLERS_MS = 15 * 60_000

export class RetriedOrders {
  /** When each id is removed, by order key. The first to be removed is first. */
  private readonly untilMs = new Map<string, number>()

  get size(): number {
    return this.untilMs.size
  }

  has(key: string): boolean {
    return this.untilMs.has(key)
  }

  add(key: string, nowMs: number): void {
    // Deleted first, so that it moves to the end.
    this.untilMs.delete(key)
    this.untilMs.set(key, nowMs + STRAGGLERS_MS)
  }

  /** Time never goes back, so the ids whose period is over are first. */
  forget(nowMs: number): void {
    for (const [key, untilMs] of this.untilMs) {
      if (untilMs > nowMs) return
      this.untilMs.delete(key)
    }
  }

  entries(): [key: string, untilMs: number][] {
    return [...this.untilMs]
  }

  restore(entries: readonly [key: string, untilMs: number][]): void {
    for (const [key, untilMs] of entries) this.untilMs.set(key, untilMs)
  }
}
