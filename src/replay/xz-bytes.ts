/**
 * Decompresses xz: one stream, or several in sequence as `cat a.xz b.xz` writes them. Refuses truncated and damaged
 * input, which would give fewer rows than the file has.
 */

import xz from 'xz-decompress'
import { FeedError } from './venue-row.ts'

/** Bytes that the decoder reads at once (xz-decompress, `bufSize`). */
const DECODER_BYTES = 64 * 1024

/** Meaning of the decoder's result codes (xz-embedded, `enum xz_ret`). */
const FAULTS = new Map([
  ['3', 'not enough memory'],
  ['4', 'its dictionary is too large: compress it with xz -6'],
  ['5', 'not in xz format'],
  ['6', 'its check or its options are not supported: compress it with xz --check=crc64'],
  ['7', 'damaged'],
  ['8', 'truncated'],
])

/** The decompressed bytes. Throws {@link FeedError} if the input cannot be read. */
export async function* xzBytes(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = pieces(compressed)
  let next = await input.next()
  let taken = false
  // A decoder continues with the next stream if that begins in its present piece. Otherwise it ends
  // after it has used the piece up, and another decoder reads the rest.
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
    // Releases the input. Not awaited, because this never resolves for a pipe that stays open.
    input.return(undefined).catch(() => {})
  }
}

async function* pieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i += DECODER_BYTES) yield chunk.subarray(i, i + DECODER_BYTES)
  }
}
