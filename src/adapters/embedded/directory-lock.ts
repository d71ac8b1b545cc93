/**
 * The lock of a data directory: one writer, or any number of readers. The operating system holds it for an open
 * descriptor of the file `lock` and releases it when the process ends, also by kill -9, as a zombie, and when the
 * two processes cannot see each other's process ids (containers that share a volume). The text of the file names
 * the writer for messages. No decision about the lock depends on the text. A writer that stops empties the file and
 * leaves it, because a reader creates none and locks what is there.
 */

import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { tryLock } from 'fs-native-extensions'
import { openIfPresent } from './open-if-present.ts'

/** Another process uses the data directory. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse'
}

export interface DirectoryLock {
  /** Never throws: the lock ends with the descriptor, also if the disk keeps the file. */
  release(): void
}

export interface ReaderLock extends DirectoryLock {
  /** Throws {@link DirectoryInUse} if a writer may have changed files since the lock was taken. */
  check(): void
}

export const LOCK = 'lock'
/** The locked byte is far behind the text, because Windows lets nobody read a locked byte. */
const LOCKED_BYTE = 2 ** 30
/** A start that is refused removes a file that it created. A descriptor of that file is worthless: the next try opens the new one. */
const TRIES = 100

export interface WriterLock extends DirectoryLock {
  /** Whether the last writer has ended without giving up the lock: killed, or after a failure. */
  readonly leftBehind: boolean
  /** Gives the lock up as it was found. A start that is refused leaves no trace. */
  giveBack(): void
}

/** Locks the directory for the only writer. Throws {@link DirectoryInUse}, and errors of the file system. */
export function lockForWriter(root: string): WriterLock {
  const path = join(root, LOCK)
  for (let i = 0; i < TRIES; i++) {
    const isNew = !existsSync(path)
    const fd = openSync(path, 'a+', 0o600)
    if (!tryLock(fd, LOCKED_BYTE, 1)) {
      const reading = tryLock(fd, LOCKED_BYTE, 1, { shared: true })
      closeSync(fd)
      throw new DirectoryInUse(reading ? beingRead(root) : inUse(root))
    }
    if (isPresent(path, fd)) {
      const found = readFileSync(path)
      writeOwner(fd, `${process.pid} ${hostname()} ${startedAt()}\n`)
      const release = () => giveUp(fd, () => writeOwner(fd, ''))
      // Before the lock is given up, so that a file that another process has locked is never removed.
      const remove = () => isPresent(path, fd) && rmSync(path)
      const giveBack = () => giveUp(fd, isNew ? remove : () => writeOwner(fd, found))
      return { leftBehind: found.length > 0, release, giveBack }
    }
    closeSync(fd)
  }
  throw unsettled(root)
}

/** Locks the directory for one of several readers, without writing. Throws {@link DirectoryInUse}. */
export function lockForReader(root: string): ReaderLock {
  const path = join(root, LOCK)
  for (let i = 0; i < TRIES; i++) {
    const fd = openIfPresent(path)
    if (fd === undefined) return unlocked(root, path)
    if (!tryLock(fd, LOCKED_BYTE, 1, { shared: true })) {
      closeSync(fd)
      throw new DirectoryInUse(inUse(root))
    }
    if (isPresent(path, fd)) return { check: () => {}, release: () => closeSync(fd) }
    closeSync(fd)
  }
  throw unsettled(root)
}

/** A copy of a directory may have no file to lock. A writer that starts later creates it. */
function unlocked(root: string, path: string): ReaderLock {
  return {
    check: () => {
      if (!existsSync(path)) return
      throw new DirectoryInUse(`${root} was opened by an exchange in the meantime. Stop it, and try again.`)
    },
    release: () => {},
  }
}

const unsettled = (root: string) => new DirectoryInUse(`${root} is being opened and closed by other processes.`)

/** Gives a lock up after `tidy`. If the disk fails, only the text stays, on which no decision depends. */
function giveUp(fd: number, tidy: () => unknown): void {
  try {
    tidy()
  } catch {
    // The next start reads the records first, as after a kill.
  } finally {
    closeSync(fd)
  }
}

/** Whether `path` still names the file of a descriptor. */
function isPresent(path: string, fd: number): boolean {
  const named = statSync(path, { bigint: true, throwIfNoEntry: false })
  return named?.ino === fstatSync(fd, { bigint: true }).ino
}

/** On a full disk the text stays empty. The lock does not need it. */
function writeOwner(fd: number, text: string | Buffer): void {
  try {
    ftruncateSync(fd, 0)
    writeFileSync(fd, text)
  } catch (cause) {
    if (!['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause
  }
}

const startedAt = (): string => new Date(Date.now() - process.uptime() * 1_000).toISOString()

function inUse(root: string): string {
  const owner = /^(\d+) (\S+) (\S+)\n$/.exec(textOf(join(root, LOCK)))
  const by = owner === null ? 'another process' : `process ${owner[1]} on ${owner[2]}, started at ${owner[3]}`
  return `${root} is in use by ${by}. Stop it, or choose another directory with --data.`
}

const beingRead = (root: string): string => `${root} is being read by bidding-exchange verify. Wait until it ends.`

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
