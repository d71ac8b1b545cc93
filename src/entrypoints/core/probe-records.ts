/** Checks a file of records before it is opened; see records-file.ts and records-probe.ts. */

import { type ExecFileException, execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allocateReaderTable } from '../../adapters/embedded/records/reader-table.ts'
import { RecordStore } from '../../adapters/embedded/records/record-store.ts'
import { checkRecordsFile, DamagedRecords } from '../../adapters/embedded/records/records-file.ts'
import { OperationalFailure } from '../../protocol/failure.ts'

const PROBE = fileURLToPath(new URL('../records-probe.js', import.meta.url))

/**
 * Opens stored records for reading; undefined if there are none. `probed` says how much of the tables another process
 * reads first. It reads all of a file that is shorter than it should be. Throws DamagedRecords, UnknownVersion, errors
 * of the file system, and the reason of `interruption`.
 */
export async function readRecords(
  path: string,
  access: 'read' | 'untouched',
  probed: 'all' | 'ends' | 'none',
  interruption?: AbortSignal,
): Promise<RecordStore | undefined> {
  const found = checkRecordsFile(path)
  if (found === 'new') return undefined
  const part = found === 'short' ? 'all' : probed
  if (access === 'read') allocateReaderTable(path)
  if (part !== 'none') await probe(path, access, part, interruption)
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

async function probe(path: string, access: string, part: string, interruption?: AbortSignal): Promise<void> {
  const run = (env: NodeJS.ProcessEnv) => ended([PROBE, path, access, part], env, interruption)
  const { failure, stderr } = access === 'untouched' ? await inOwnTemporary(run) : await run(process.env)
  interruption?.throwIfAborted()
  if (failure === null) return
  const { signal, code } = failure
  if (typeof signal === 'string' && !OF_DAMAGE.includes(signal)) {
    throw new OperationalFailure('storage_failed', `the check of ${path} was ended by ${signal}`, { retryable: true })
  }
  if (typeof signal === 'string') throw new DamagedRecords(path, `a process that read it was ended by ${signal}`)
  if (typeof code !== 'number') throw failure
  throw new DamagedRecords(path, stderr.trim().split('\n').at(-1) ?? 'it cannot be read')
}

interface Ended {
  readonly failure: ExecFileException | null
  readonly stderr: string
}

const ended = (words: string[], env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { env, ...(signal !== undefined && { signal }) }
    execFile(process.execPath, words, options, (failure, _, stderr) => resolve({ failure, stderr }))
  })

/** Runs a process with a directory of temporary files of its own, so that nothing is left behind if it dies. */
async function inOwnTemporary<T>(run: (env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'exchange-probe-'))
  try {
    return await run({ ...process.env, TMPDIR: directory, TEMP: directory })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
