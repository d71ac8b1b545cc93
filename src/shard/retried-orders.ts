/**
 * The order ids whose line had `again`. Their producer could not determine whether an earlier attempt had
 * reached the stream. That attempt may arrive as a plain line after the retry, and even after the order has
 * closed. So such an id is kept for a period of stream time, and no line may enter it again in that period.
 * This is part of the matcher's state: the same stream gives the same ids.
 */

/** AWS refuses a request 5 minutes after its signature. Three times that leaves a safe margin. */
export const STRAGGLERS_MS = 15 * 60_000

export class RetriedOrders {
  /** When each id is removed, by order name. The first to be removed is first. */
  private readonly untilMs = new Map<string, number>()

  get size(): number {
    return this.untilMs.size
  }

  has(name: string): boolean {
    return this.untilMs.has(name)
  }

  add(name: string, nowMs: number): void {
    // Deleted first, so that it moves to the end.
    this.untilMs.delete(name)
    this.untilMs.set(name, nowMs + STRAGGLERS_MS)
  }

  /** Time never goes back, so the ids whose period is over are first. */
  forget(nowMs: number): void {
    for (const [name, untilMs] of this.untilMs) {
      if (untilMs > nowMs) return
      this.untilMs.delete(name)
    }
  }

  entries(): [name: string, untilMs: number][] {
    return [...this.untilMs]
  }

  restore(entries: readonly [name: string, untilMs: number][]): void {
    for (const [name, untilMs] of entries) this.untilMs.set(name, untilMs)
  }
}
