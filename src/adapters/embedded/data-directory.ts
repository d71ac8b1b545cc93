/**
 * The data directory of one exchange: the paths of its files, and who may use it. A writer creates what is missing;
 * a reader changes nothing. A directory of another program is refused, so that the two are not mixed.
 */

import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import {
  DirectoryInUse,
  LOCK,
  lockForReader,
  lockForWriter,
  type ReaderLock,
  type WriterLock,
} from './directory-lock.ts'
import { isSegmentName } from './log/log-segments.ts'
import { syncDirectory } from './sync-directory.ts'

/** The path cannot be a data directory. */
export class UnusableDirectory extends Error {
  override readonly name = 'UnusableDirectory'
}

/** Orders are private: only the user of the exchange may read them. */
export const PRIVATE_DIRECTORY = 0o700
export const PRIVATE_FILE = 0o600
/** Permission bits of group and others. */
const OTHERS = 0o077

export interface DataPaths {
  readonly path: string
  /** Segments of the order log. */
  readonly log: string
  readonly snapshots: string
  /** The embedded store of orders and trades. */
  readonly records: string
  /** Lines that are not commands. */
  readonly deadLetters: string
  /** The files of the data lake: a copy of the events, made from the log. */
  readonly lake: string
  /** Says that a demo market has run here. */
  readonly demoMarket: string
}

export interface DataDirectory extends DataPaths, WriterLock {
  /** Whether other users of the machine can read or change it. Always false on Windows. */
  readonly isOpenToOthers: boolean
}

export interface ReadDirectory extends DataPaths, ReaderLock {}

const NAMES: readonly string[] = [
  'log',
  'snapshots',
  'records.lmdb',
  'records.lmdb-lock',
  'dead-letters.ndjson',
  'lake',
  'demo-market.json',
  LOCK,
]

/** Opens or creates the directory for the only writer. Throws DirectoryInUse and {@link UnusableDirectory}. */
export function openDataDirectory(path: string): DataDirectory {
  const paths = pathsOf(path)
  try {
    checkUsable(paths.path)
    create(paths.log)
    const lock = lockForWriter(paths.path)
    const { mode } = statSync(paths.path)
    return { ...paths, ...lock, isOpenToOthers: process.platform !== 'win32' && (mode & OTHERS) !== 0 }
  } catch (cause) {
    throw refused(paths.path, cause)
  }
}

/** Opens an existing directory for reading. Throws DirectoryInUse and {@link UnusableDirectory}. */
export function readDataDirectory(path: string): ReadDirectory {
  const paths = pathsOf(path)
  try {
    checkUsable(paths.path)
    if (statSync(paths.log, { throwIfNoEntry: false }) === undefined) {
      throw new UnusableDirectory(`${paths.path} is not a data directory of an exchange`)
    }
    return { ...paths, ...lockForReader(paths.path) }
  } catch (cause) {
    throw refused(paths.path, cause)
  }
}

export function pathsOf(path: string): DataPaths {
  const root = resolve(path)
  const at = (name: string) => join(root, name)
  return {
    path: root,
    log: at('log'),
    snapshots: at('snapshots'),
    records: at('records.lmdb'),
    deadLetters: at('dead-letters.ndjson'),
    lake: at('lake'),
    demoMarket: at('demo-market.json'),
  }
}

/** A directory is ours if its `log` has segments, or if it has no file that another program may have made. */
function checkUsable(root: string): void {
  const found = statSync(root, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isDirectory()) throw new UnusableDirectory(`${root} is not a directory`)
  const names = namesIn(root)
  const log = names.includes('log') ? namesIn(join(root, 'log')) : []
  if (log.some(isSegmentName)) return
  const foreign = names.find((name) => !NAMES.includes(name)) ?? log[0]
  if (foreign !== undefined) {
    throw new UnusableDirectory(
      `${root} contains other files (${foreign}): it is not a data directory. Choose another with --data`,
    )
  }
}

const namesIn = (path: string): string[] =>
  readdirSync(path).filter((name) => !name.startsWith('.') && name !== 'lost+found')

/** Creates a directory with its parents, and makes their names durable. */
function create(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: PRIVATE_DIRECTORY })
  if (first === undefined) return
  for (let parent = dirname(path); parent.length >= dirname(first).length; parent = dirname(parent)) {
    syncDirectory(parent)
    if (parent === dirname(parent)) break
  }
}

/** Errors of the file system become one sentence. */
function refused(root: string, cause: unknown): unknown {
  if (cause instanceof UnusableDirectory || cause instanceof DirectoryInUse) return cause
  const { code } = cause as NodeJS.ErrnoException
  return code === undefined ? cause : new UnusableDirectory(`${root} cannot be opened: ${fileFailure(code)}`, { cause })
}

const FAILURES: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of the path is not a directory',
  EIO: 'the disk failed',
  ENOLCK: 'the file system has no file locks; use a local disk',
  ENOTSUP: 'the file system has no file locks; use a local disk',
}

/** An error code of the file system in words. */
export const fileFailure = (code: string): string =>
  FAILURES[code] === undefined ? code : `${FAILURES[code]} (${code})`
