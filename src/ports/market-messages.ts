/**
 * The messages of topics between the thread that makes them and the one that passes them on: plain arrays of the same
 * length, because an object for each message would cost more than the message. The number of a topic is chosen by the
 * side that follows it.
 */

export interface TopicBatch {
  readonly ids: readonly number[]
  readonly kinds: readonly MessageKind[]
  readonly froms: readonly number[]
  readonly tos: readonly number[]
  readonly texts: readonly string[]
}

export type MessageKind = 0 | 1 | 2 | 3
export const UPDATE = 0
/** For the followers that wait for one. */
export const JOINING_SNAPSHOT = 1
export const SNAPSHOT_FOR_ALL = 2
/** The topic has ended. Its followers may follow it again. */
export const TOPIC_LOST = 3
