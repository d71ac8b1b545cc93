/**
 * Decompresses xz: one stream, or several behind each other as `cat a.xz b.xz` makes them. Refuses
 * what would give fewer rows than the file has: input that ends early or is damaged.
 */

import xz from 'xz-decompress'
import { FeedError } from './venue-row.ts'

/** What the decoder takes at once (xz-decompress, `bufSize`). */
const DECODER_BYTES = 64 * 1024

/** What the decoder's result codes mean (xz-embedded, `enum xz_ret`). */
const FAULTS = new Map([
  ['3', 'not enough memory'],
  ['4', 'its dictionary is too large: compress it with xz -6'],
  ['5', 'not in xz format'],
  ['6', 'its check or its options are not supported: compress it with xz --check=crc64'],
  ['7', 'damaged'],
  ['8', 'truncated'],
])

/** The decompressed bytes. Throws {@link FeedError} where the input cannot be read. */
export async function* xzBytes(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = pieces(compressed)
  let next = await input.next()
  let taken = false
  // A decoder goes on to the next stream if that begins in the piece it has, and else ends: then it
  // has used its piece up, and what follows is for another decoder.
  const streamFromHere = () =>
    new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          if (taken) next = await input.next()
          taken = true
          if (next.done) controller.close()
          else controller.enqueue(next.value)
        },
      },
      { highWaterMark: 0 },
    )
  try {
    while (!next.done) {
      yield* new xz.XzReadableStream(streamFromHere())
      next = await input.next()
      taken = false
    }
  } catch (cause) {
    const code = /error code (\d+)/.exec(String(cause))?.[1] ?? ''
    const fault = FAULTS.get(code)
    if (fault === undefined) throw cause
    throw new FeedError(`the xz data cannot be read: ${fault}`, { cause })
  } finally {
    // Lets go of the input. Not awaited: a pipe that stays open would never answer.
    input.return(undefined).catch(() => {})
  }
}

async function* pieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i += DECODER_BYTES) yield chunk.subarray(i, i + DECODER_BYTES)
  }
}
