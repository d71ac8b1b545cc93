/** Writes a generated feed to a stream in pieces, because a write for every line would take most of the time. */

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type SampleOptions, sampleFeed } from './sample-feed.ts'

const PIECE_CHARACTERS = 64 * 1024

/** Resolves when everything is written, or when the reader closes the pipe (`| head`). Leaves `output` open. */
export async function printSample(options: SampleOptions, output: NodeJS.WritableStream): Promise<void> {
  try {
    await pipeline(Readable.from(pieces(options)), output, { end: false })
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'EPIPE') throw failure
  }
}

function* pieces(options: SampleOptions): Generator<string> {
  let piece = ''
  for (const line of sampleFeed(options)) {
    piece += line
    if (piece.length < PIECE_CHARACTERS) continue
    yield piece
    piece = ''
  }
  yield piece
}
