/** How long a client waits before it connects again. Clients that were lost together must not come back together. */

const FIRST_MS = 250
const LONGEST_MS = 30_000

export class Backoff {
  private attempts = 0
  private readonly random: () => number

  /** `random` returns a number from 0 up to 1. */
  constructor(random: () => number = Math.random) {
    this.random = random
  }

  /** The time before the next attempt: between half and all of a bound that doubles, and not below `atLeastMs`. */
  next(atLeastMs = 0): number {
    const bound = Math.min(FIRST_MS * 2 ** this.attempts, LONGEST_MS)
    if (bound < LONGEST_MS) this.attempts++
    const spread = bound * (0.5 + 0.5 * this.random())
    return atLeastMs + spread
  }

  /** The connection works. */
  reset(): void {
    this.attempts = 0
  }
}
