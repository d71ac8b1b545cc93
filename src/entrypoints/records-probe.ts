/**
 * Reads a file of records in a process of its own: LMDB ends the process that reads a damaged page. Arguments: the
 * path, `read` or `untouched`, and `all` or `ends` of each table. Exit code 0 if it can be read, or if a newer program wrote it.
 */

import { RecordStore } from '../adapters/embedded/records/record-store.ts'
import type { Access } from '../adapters/embedded/records/stored-records.ts'
import { UnknownVersion } from '../protocol/versions.ts'

const [path, access, part] = process.argv.slice(2)
try {
  const store = new RecordStore(path, access as Access)
  store.check(part === 'all')
  await store.close()
} catch (cause) {
  if (!(cause instanceof UnknownVersion)) {
    console.error((cause as Error).message)
    process.exitCode = 1
  }
}
