/** Counts of connections by address or account, with a limit for each. Only those with connections take memory. */

export class ConnectionCounts {
  private readonly counts = new Map<string, number>()
  private readonly max: number

  constructor(max: number) {
    this.max = max
  }

  /** Counts one more, or returns false at the limit. */
  claim(name: string): boolean {
    const count = this.counts.get(name) ?? 0
    if (count >= this.max) return false
    this.counts.set(name, count + 1)
    return true
  }

  release(name: string): void {
    const count = this.counts.get(name) ?? 0
    if (count <= 1) this.counts.delete(name)
    else this.counts.set(name, count - 1)
  }
}
