/**
 * Room on the disk for what LMDB writes when it opens a file, because LMDB ends the process if there is none. The
 * table of readers beside the file is mapped into memory without being written first; on a full disk the first access
 * to it is a SIGBUS. A new file that cannot take its first pages is a SIGSEGV. Here a full disk is an error.
 */

import { rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'

/** The size that LMDB gives the table: 126 readers of 64 bytes, and a header. */
const TABLE_BYTES = 8_272
/** The first pages of a new file are a tenth of it. */
const NEW_FILE_BYTES = 256 * 1024
const BLOCK_BYTES = 512

/**
 * Only while nobody has the file open, also no other thread: it may write over the table. Throws errors of the file
 * system.
 */
export function allocateReaderTable(records: string): void {
  const table = `${records}-lock`
  const found = statSync(table, { throwIfNoEntry: false })
  const isNew = !((statSync(records, { throwIfNoEntry: false })?.size ?? 0) > 0)
  if (!isNew && found !== undefined && found.size >= TABLE_BYTES && found.blocks * BLOCK_BYTES >= TABLE_BYTES) return
  try {
    writeFileSync(table, Buffer.alloc(isNew ? NEW_FILE_BYTES : TABLE_BYTES), { mode: 0o600 })
    truncateSync(table, TABLE_BYTES)
  } catch (cause) {
    if (found === undefined) rmSync(table, { force: true })
    throw cause
  }
}
