/** The header of a batch of the feed, and the rare fields at the end of an entry; feed-format.ts has the layout. */

import { UnknownVersion } from '../versions.ts'
import { NotAFeed } from './feed-faults.ts'
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

/** Throws {@link NotAFeed}. */
export function rareFieldsIn(bytes: Uint8Array): RareFields {
  try {
    return JSON.parse(fromUtf8.decode(bytes))
  } catch {
    throw new NotAFeed('the rare fields of an event are not JSON')
  }
}
