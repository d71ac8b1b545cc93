/** Reads Parquet files in pieces, as the content of one file with all their row groups. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { joinedFooter, PARQUET_END_BYTES, PARQUET_MAGIC, parquetEnd } from '../../../lake/joined-parquet.ts'
import { DamagedLake } from '../../../lake/lake-position.ts'
import { NotThrift } from '../../../lake/thrift-compact.ts'

const PIECE_BYTES = 4 * 1024 * 1024

interface Opened {
  readonly fd: number
  readonly footer: Uint8Array
  /** Bytes of row groups, behind the magic. */
  readonly bytes: number
}

/**
 * Calls `write` with the pieces of the joined file. false: the files have different columns, and nothing was written.
 * Throws DamagedLake if one is not a whole Parquet file.
 */
export function joinFiles(paths: readonly string[], write: (pieces: Iterable<Uint8Array>) => void): boolean {
  const files: Opened[] = []
  try {
    for (const path of paths) files.push(open(path))
    const footer = footerOf(files)
    if (footer === undefined) return false
    write(piecesOf(files, footer))
    return true
  } finally {
    for (const { fd } of files) closeSync(fd)
  }
}

function footerOf(files: readonly Opened[]): Uint8Array | undefined {
  try {
    return joinedFooter(files)
  } catch (cause) {
    if (!(cause instanceof NotThrift)) throw cause
    throw new DamagedLake('the footer of a file is damaged', { cause })
  }
}

function* piecesOf(files: readonly Opened[], footer: Uint8Array): Generator<Uint8Array> {
  yield PARQUET_MAGIC
  const piece = new Uint8Array(PIECE_BYTES)
  for (const { fd, bytes } of files) {
    for (let done = 0; done < bytes; ) {
      const read = readSync(fd, piece, 0, Math.min(PIECE_BYTES, bytes - done), PARQUET_MAGIC.length + done)
      if (read === 0) throw new DamagedLake('a file of the lake was shortened')
      yield piece.subarray(0, read)
      done += read
    }
  }
  yield footer
  yield parquetEnd(footer)
}

function open(path: string): Opened {
  const fd = openSync(path, 'r')
  try {
    const { size } = fstatSync(fd)
    const end = readAt(fd, size - PARQUET_END_BYTES, PARQUET_END_BYTES)
    const footerBytes = new DataView(end.buffer).getUint32(0, true)
    const start = size - PARQUET_END_BYTES - footerBytes
    if (!PARQUET_MAGIC.every((byte, i) => end[4 + i] === byte) || start < PARQUET_MAGIC.length) {
      throw new DamagedLake(`${path} is not a whole Parquet file`)
    }
    return { fd, footer: readAt(fd, start, footerBytes), bytes: start - PARQUET_MAGIC.length }
  } catch (cause) {
    closeSync(fd)
    throw cause
  }
}

function readAt(fd: number, at: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  for (let done = 0; done < count; ) {
    const read = readSync(fd, bytes, done, count - done, at + done)
    if (read === 0) throw new DamagedLake('a file of the lake was shortened')
    done += read
  }
  return bytes
}
