/** The parts of a batch of the feed: its header, and of an entry the codes, names and rare fields; see feed-format.ts. */

import { EVENT_REASONS, type EventReason } from '../reasons.ts'
import { UnknownVersion } from '../versions.ts'
import { EVENT_KINDS } from './event-kinds.ts'
import type { EventKind } from './events.ts'
import { NotAFeed, UnknownCode } from './feed-faults.ts'
import { BATCH_HEADER_BYTES, COUNT_AT, FEED_VERSION, LENGTH_AT, MAGIC, type RareFields } from './feed-format.ts'

const VERSION_SHIFT = 24
const MAGIC_WORD = 2 ** VERSION_SHIFT - 1
const DIGIT_0 = 48

const fromUtf8 = new TextDecoder()

/** The number of events that the header states. Throws UnknownVersion, or {@link NotAFeed}. */
export function eventCountOf(batch: Uint8Array, view: DataView): number {
  if (batch.length < BATCH_HEADER_BYTES) throw new NotAFeed('the batch ends within its header')
  const magic = view.getUint32(0, true)
  if (magic !== MAGIC) {
    const digit = (magic >>> VERSION_SHIFT) - DIGIT_0
    if (((magic ^ MAGIC) & MAGIC_WORD) !== 0 || digit < 0 || digit > 9) {
      throw new NotAFeed('the bytes are not a batch of events')
    }
    throw new UnknownVersion('the batch of events', digit, FEED_VERSION, FEED_VERSION)
  }
  const length = view.getUint32(LENGTH_AT, true)
  if (length !== batch.length) throw new NotAFeed(`the batch has ${batch.length} bytes, its header says ${length}`)
  return view.getUint32(COUNT_AT, true)
}

/** The kind with this code. Throws {@link UnknownCode}. */
export function kindOf(code: number): EventKind {
  const kind = EVENT_KINDS[code]
  if (kind === undefined) throw new UnknownCode(`an event of kind ${code}`)
  return kind
}

/** The reason with this code, 0 for none. Throws {@link UnknownCode}. */
export function reasonOf(code: number): EventReason | undefined {
  if (code > EVENT_REASONS.length) throw new UnknownCode(`an event with reason ${code}`)
  return code === 0 ? undefined : EVENT_REASONS[code - 1]
}

/** The place after the name at `at`, in an entry that ends at `end`. Throws {@link NotAFeed}. */
export function nameEnd(bytes: Uint8Array, at: number, end: number): number {
  const to = at + 1 + bytes[at]
  if (!(to <= end)) throw new NotAFeed('the names are longer than their event')
  return to
}

/** The name that is after its length at `at`. */
export function nameAt(bytes: Uint8Array, at: number): string {
  const to = at + 1 + bytes[at]
  let text = ''
  for (let i = at + 1; i < to; i++) text += String.fromCharCode(bytes[i])
  return text
}

/** Throws {@link NotAFeed}. */
export function rareFieldsIn(bytes: Uint8Array): RareFields {
  try {
    return JSON.parse(fromUtf8.decode(bytes))
  } catch {
    throw new NotAFeed('the rare fields of an event are not JSON')
  }
}
