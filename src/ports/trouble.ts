/**
 * A lasting fault with which the exchange still runs, but not as it should. `/health` and the metrics show it until
 * it ends. A fault of a single request is not one: that is in its answer.
 */

export const TROUBLE_CAUSES = [
  /** Orders and trades cannot be stored. They wait in memory, and the order log has their commands. */
  'store_failing',
  /** The disk of the order log is full. New orders are refused. */
  'log_full',
  /** The clock of the machine stepped ahead. The exchange does not follow it. */
  'clock_ahead',
  /** The order log has a later time than the clock. The time of the exchange stands still. */
  'log_ahead',
  /** Less than a quarter of the memory for open orders is left. */
  'memory_low',
  /** There is no memory for more open orders. New ones are refused. */
  'memory_full',
  /** The data lake cannot be written. It is a copy: orders do not depend on it. */
  'lake_failing',
] as const
export type TroubleCause = (typeof TROUBLE_CAUSES)[number]

export interface Trouble {
  readonly cause: TroubleCause
  readonly sinceMs: number
  /** One sentence for an operator. */
  readonly detail: string
}
