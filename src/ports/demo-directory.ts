/** What the demo market must know of the data directory, and what it writes there. */

export interface DemoDirectory {
  /** The number of the last run of a demo market in this directory; undefined: none ever ran. */
  lastRun(): number | undefined
  /** Durable when it returns. */
  noteRun(run: number): void
  /** Whether the exchange has or had any order. Throws OperationalFailure. */
  holdsOrders(): Promise<boolean>
}
