/** What the rows of the lake need of an event. The cursors of matching and of the feed have all of it. */

import type { EventCursor } from '../protocol/event/event-cursor.ts'

export type LakeEvent = Pick<
  EventCursor,
  | 'kind'
  | 'symbol'
  | 'number'
  | 'timestampMs'
  | 'reason'
  | 'sells'
  | 'options'
  | 'extras'
  | 'echo'
  | 'price'
  | 'quantity'
  | 'priorityKept'
  | 'open'
  | 'tradeNumber'
  | 'takerSells'
  | 'takerEcho'
  | 'instrument'
>
