/**
 * The ids that came with `again`: their producer could not know whether an earlier attempt had
 * reached the stream. That attempt may still be on its way, and then it comes as a plain line after
 * the retry, perhaps after the order has ended. So such an id is remembered for a while of stream
 * time, in which no line may enter it again. Part of the matcher's state: the same stream gives the
 * same memory.
 */

/** A request signed for AWS is refused 5 minutes after its signature; three times that is never. */
export const STRAGGLERS_MS = 15 * 60_000

export class RetriedOrders {
  /** When each id is forgotten, by order key; the first to be forgotten first. */
  private readonly untilMs = new Map<string, number>()

  get size(): number {
    return this.untilMs.size
  }

  has(key: string): boolean {
    return this.untilMs.has(key)
  }

  add(key: string, nowMs: number): void {
    // Taken out first, so that it moves to the end.
    this.untilMs.delete(key)
    this.untilMs.set(key, nowMs + STRAGGLERS_MS)
  }

  /** Time never goes back, so what is over stands in front. */
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
