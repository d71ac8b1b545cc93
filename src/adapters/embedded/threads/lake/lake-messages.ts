/**
 * The messages between the core and the lake's thread. The core sends the events of many records in one message, with
 * the position of the last one in the order log. The thread reports how far the lake has come.
 */

import type { MessagePort } from 'node:worker_threads'
import type { FeedStart } from '../../../../ports/event-feed.ts'
import type { LakeWritten } from '../../../../ports/lake-stats.ts'
import type { Position } from '../../../../ports/order-stream.ts'
import type { RecordPlace } from '../../../../ports/record-fold.ts'
import type { ListedInstrument } from '../../../../protocol/instrument/instrument-directory.ts'
import type { TurnFeed } from '../core-messages.ts'
import type { ConsumedBytes } from '../market/market-messages.ts'

/** What the lake's thread gets when it starts. */
export interface LakeOptions extends LakeSettings {
  readonly dataPath: string
  /** To the core, directly. */
  readonly core: MessagePort
  readonly consumed: ConsumedBytes
}

/** What an operator sets. */
export interface LakeSettings {
  /** Days that the lake keeps; undefined: all. */
  readonly retentionDays?: number | undefined
}

/** Sent to the core by the edge: the core's end of the port of a new thread. */
export interface LakePort {
  readonly kind: 'lakePort'
  readonly port: MessagePort
  readonly consumed: ConsumedBytes
}

export interface LakeEvents {
  readonly kind: 'events'
  /** A chunk of the lake's feed (lake/feed/lake-feed-format.ts). */
  readonly chunk: Uint8Array<ArrayBuffer>
  /** Its last record. */
  readonly last: RecordPlace
}

export interface LakeStart {
  readonly kind: 'feedStarted'
  readonly start: FeedStart
  readonly instruments: readonly ListedInstrument[]
}

export type CoreToLake =
  | LakeEvents
  | LakeStart
  /** The thread is too far behind: no more batches follow. */
  | { readonly kind: 'feedDropped' }
  /**
   * The exchange stops. `store`: what the thread has is stored before. `last`: the last record of the log, if all its
   * events were sent.
   */
  | { readonly kind: 'end'; readonly store: boolean; readonly last?: RecordPlace | undefined }

/**
 * off: not wanted. starting: it has not reported yet. behind: it continues from the order log. live: it has all events
 * but those of the last seconds. failing: it cannot be written, and tries again. refused: it does not belong to this
 * log, or a newer program wrote it, so it is left alone.
 */
export type LakeState = 'off' | 'starting' | 'behind' | 'live' | 'failing' | 'refused'

export interface LakeReport {
  readonly kind: 'report'
  readonly state: Exclude<LakeState, 'off' | 'starting'>
  /** The last command whose events are in the lake. */
  readonly position: Position
  readonly written: LakeWritten
  /** What the thread has beside its rows: a copy of the books while it is behind, then the names of open orders. */
  readonly memoryBytes: number
  /** Of failing and refused: one sentence for an operator. */
  readonly detail?: string
  /** The whole message of the error, perhaps with paths. Only for the log. */
  readonly error?: string
}

export type LakeToCore =
  | TurnFeed
  | LakeReport
  | { readonly kind: 'log'; readonly level: 'info' | 'warn'; readonly message: string; readonly fields: object }
  /** Nothing is written any more. */
  | { readonly kind: 'ended' }
