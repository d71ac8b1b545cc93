/** The contents of a data directory as digests, so that a test can check that nothing was written. */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** LMDB registers its readers in this file each time it is opened. It has no orders or trades, and each start writes it again. */
const READER_TABLE = 'records.lmdb-lock'

/** Each file by its path and a digest of its bytes. `all` includes the table of readers. */
export function digestOf(directory: string, all = false): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile() && (all || entry.name !== READER_TABLE))
  const digests = files.map(({ parentPath, name }): [string, string] => {
    const path = join(parentPath, name)
    return [path.slice(directory.length + 1), createHash('sha256').update(readFileSync(path)).digest('hex')]
  })
  return Object.fromEntries(digests.sort())
}
