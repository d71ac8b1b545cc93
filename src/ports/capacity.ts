/** What an exchange may hold in memory. Beyond it, commands are refused before they enter the stream. */

export interface Capacity {
  /** Open orders of one account, over all symbols. */
  readonly accountOpenOrdersMax: number
  /** Events whose records are not stored yet. */
  readonly uncommittedEventsMax: number
  /** Whether there is memory for further open orders. Called for each order that may rest, so it must be cheap. */
  hasRoom(): boolean
}

/** Without bounds, for tests and replays. */
export const UNBOUNDED: Capacity = {
  accountOpenOrdersMax: Number.POSITIVE_INFINITY,
  uncommittedEventsMax: Number.POSITIVE_INFINITY,
  hasRoom: () => true,
}
