/** Checks a file of records before it is opened; see records-file.ts and records-probe.ts. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allocateReaderTable } from '../adapters/embedded/records/reader-table.ts'
import { RecordStore } from '../adapters/embedded/records/record-store.ts'
import { checkRecordsFile, DamagedRecords } from '../adapters/embedded/records/records-file.ts'
import { OperationalFailure } from '../protocol/failure.ts'

const PROBE = fileURLToPath(new URL('./records-probe.js', import.meta.url))

/**
 * Opens stored records for reading; undefined if there are none. `probed` says how much of the tables another process
 * reads first. It reads all of a file that is shorter than it should be. Throws DamagedRecords, UnknownVersion and
 * errors of the file system.
 */
export function readRecords(
  path: string,
  access: 'read' | 'untouched',
  probed: 'all' | 'ends' | 'none',
): RecordStore | undefined {
  const found = checkRecordsFile(path)
  if (found === 'new') return undefined
  const part = found === 'short' ? 'all' : probed
  if (access === 'read') allocateReaderTable(path)
  if (part !== 'none') probe(path, access, part)
  try {
    return new RecordStore(path, access)
  } catch (cause) {
    throw isOfLmdb(cause) ? new DamagedRecords(path, (cause as Error).message) : cause
  }
}

/** Errors of LMDB itself have messages such as `MDB_CORRUPTED: Located page was wrong type`. */
const isOfLmdb = (cause: unknown): boolean => /^MDB_/.test((cause as Error).message)

/** The signals of a process that has met a damaged page. */
const OF_DAMAGE: readonly string[] = ['SIGBUS', 'SIGSEGV', 'SIGABRT', 'SIGFPE', 'SIGILL']

function probe(path: string, access: string, part: string): void {
  const run = (env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, [PROBE, path, access, part], { encoding: 'utf8', env })
  const { error, signal, status, stderr } = access === 'untouched' ? inOwnTemporary(run) : run(process.env)
  if (error !== undefined) throw error
  if (signal !== null && !OF_DAMAGE.includes(signal)) {
    throw new OperationalFailure('storage_failed', `the check of ${path} was ended by ${signal}`, { retryable: true })
  }
  if (signal !== null) throw new DamagedRecords(path, `a process that read it was ended by ${signal}`)
  if (status !== 0) throw new DamagedRecords(path, stderr.trim().split('\n').at(-1) ?? 'it cannot be read')
}

/** Runs a process with a directory of temporary files of its own, so that nothing is left behind if it dies. */
function inOwnTemporary<T>(run: (env: NodeJS.ProcessEnv) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'exchange-probe-'))
  try {
    return run({ ...process.env, TMPDIR: directory, TEMP: directory })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
