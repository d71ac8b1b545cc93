/**
 * Checks the file of records before LMDB opens it, because LMDB ends the process on a damaged or shortened file.
 * Reads the two meta pages only. A file that may be damaged further in is read by a process of its own first.
 */

import { closeSync, fstatSync, readSync } from 'node:fs'
import { openIfPresent } from '../open-if-present.ts'

/** The file of records cannot be used. The order log can make it again. */
export class DamagedRecords extends Error {
  override readonly name = 'DamagedRecords'
  constructor(path: string, fault: string) {
    super(
      `${path} is damaged: ${fault}. Nothing was changed. The order log has all that is in it: ` +
        'move records.lmdb and records.lmdb-lock to another place and start; the records are made again.',
    )
  }
}

/**
 * Layout of a meta page of LMDB 1, little-endian. Page 0 and page 1 are meta pages; the one with the higher
 * transaction is in force.
 */
const META = { magic: 24, version: 28, pageBytes: 48, lastPage: 144, transaction: 152, end: 160 }
const MAGIC = 0xbeefc0de
const VERSION = 2
const PAGE_BYTES_MIN = 256
const PAGE_BYTES_MAX = 65_536

/**
 * 'new': there is nothing in it. 'complete': its length is right. 'short': it ends before its last page, which is no
 * fault if that page was free. Throws {@link DamagedRecords}.
 */
export function checkRecordsFile(path: string): 'new' | 'complete' | 'short' {
  const fd = openIfPresent(path)
  if (fd === undefined) return 'new'
  try {
    const { size } = fstatSync(fd)
    if (size === 0) return 'new'
    const first = metaPage(fd, 0)
    const pageBytes = first === undefined ? 0 : first.readUInt32LE(META.pageBytes)
    const powerOfTwo = (pageBytes & (pageBytes - 1)) === 0
    if (first === undefined || !powerOfTwo || pageBytes < PAGE_BYTES_MIN || pageBytes > PAGE_BYTES_MAX) {
      throw new DamagedRecords(path, 'its first page is not that of an LMDB file')
    }
    const second = metaPage(fd, pageBytes)
    if (second === undefined) throw new DamagedRecords(path, 'its second page is not that of an LMDB file')
    const [older, newer] = [first, second].sort((a, b) => Number(transactionOf(a) - transactionOf(b)))
    for (const page of [older, newer]) {
      const version = page.readUInt32LE(META.version) & 0xffff
      if (version !== VERSION)
        throw new DamagedRecords(path, `it has version ${version} of LMDB's format, not ${VERSION}`)
    }
    return BigInt(size) < (newer.readBigUInt64LE(META.lastPage) + 1n) * BigInt(pageBytes) ? 'short' : 'complete'
  } finally {
    closeSync(fd)
  }
}

const transactionOf = (page: Buffer): bigint => page.readBigUInt64LE(META.transaction)

function metaPage(fd: number, at: number): Buffer | undefined {
  const page = Buffer.alloc(META.end)
  const length = readSync(fd, page, 0, page.length, at)
  return length === page.length && page.readUInt32LE(META.magic) === MAGIC ? page : undefined
}
