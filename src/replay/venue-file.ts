/**
 * Opens a feed: a file, or standard input for `-`, plain or compressed with gzip or xz. The first bytes determine
 * the compression, so the name does not matter. Every fault is a {@link FeedError} that names the input.
 */

import { createReadStream } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { RowParser } from './row-parser.ts'
import type { RowTable } from './row-table.ts'
import { FeedError } from './venue-row.ts'
import { xzBytes } from './xz-bytes.ts'

export const STANDARD_INPUT = '-'

const CHUNK_BYTES = 256 * 1024
const GZIP_MAGIC = [0x1f, 0x8b]
const XZ_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]

/** All rows of `file`. Throws {@link FeedError}. */
export async function readVenueFile(file: string, standardInput: Readable = process.stdin): Promise<RowTable> {
  const input = file === STANDARD_INPUT ? standardInput : createReadStream(file, { highWaterMark: CHUNK_BYTES })
  try {
    const parser = new RowParser()
    for await (const chunk of plainBytes(input)) parser.push(chunk)
    return parser.end()
  } catch (cause) {
    const fault = explain(cause)
    if (fault === undefined) throw cause
    throw new FeedError(`${file === STANDARD_INPUT ? 'standard input' : file}: ${fault}`, { cause })
  } finally {
    if (input !== standardInput) input.destroy()
  }
}

async function* plainBytes(input: Readable): AsyncGenerator<Uint8Array> {
  const chunks = input[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  while (head.length < XZ_MAGIC.length) {
    const { done, value } = await chunks.next()
    if (done) break
    head = Buffer.concat([head, value])
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    if (head.length > 0) yield head
    yield* { [Symbol.asyncIterator]: () => chunks }
  }
  if (GZIP_MAGIC.every((byte, i) => head[i] === byte)) {
    // pipeline and not pipe, because it passes a failure of the input to the loop that reads.
    yield* pipeline(Readable.from(whole()), createGunzip(), () => {})
  } else if (XZ_MAGIC.every((byte, i) => head[i] === byte)) {
    yield* xzBytes(whole())
  } else {
    yield* whole()
  }
}

/** Faults of the input in words for the user. Faults of the program are not converted. */
function explain(cause: unknown): string | undefined {
  if (cause instanceof FeedError) return cause.message
  const { code, message } = cause as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT':
      return 'no such file'
    case 'EACCES':
      return 'may not be read'
    case 'EISDIR':
      return 'is a directory'
    case 'Z_BUF_ERROR':
      return 'the gzip data cannot be read: truncated'
    case 'Z_DATA_ERROR':
      return 'the gzip data cannot be read: damaged'
    default:
      return code === undefined ? undefined : message
  }
}
