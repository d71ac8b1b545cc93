/**
 * The data directory of one exchange: the paths of its files, and a lock so that only one process writes them. The
 * lock contains the process id and start time of its owner. Therefore the lock of a killed process is recognised
 * and taken over, and a new process with the same id is not taken for the owner.
 */

import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'

/** Another process has the data directory. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse'
}

/** The path cannot be a data directory. */
export class UnusableDirectory extends Error {
  override readonly name = 'UnusableDirectory'
}

const LOCK = 'lock'
/** Every data directory contains one of these, also if its creation was interrupted. */
const OWN: readonly string[] = ['log', LOCK]

export interface DataDirectory {
  readonly path: string
  /** Segments of the order log. */
  readonly log: string
  readonly snapshots: string
  /** The embedded store of orders and trades. */
  readonly records: string
  /** Lines that are not commands. */
  readonly deadLetters: string
  release(): void
}

/** Opens or creates the directory. Throws {@link DirectoryInUse} with the owner, and {@link UnusableDirectory}. */
export function openDataDirectory(path: string): DataDirectory {
  const root = resolve(path)
  const at = (name: string) => join(root, name)
  try {
    checkUsable(root)
    mkdirSync(at('log'), { recursive: true })
    mkdirSync(at('snapshots'), { recursive: true })
  } catch (cause) {
    if (cause instanceof UnusableDirectory) throw cause
    throw new UnusableDirectory(`${root} cannot be created: ${(cause as NodeJS.ErrnoException).code}`, { cause })
  }
  lock(root)
  return {
    path: root,
    log: at('log'),
    snapshots: at('snapshots'),
    records: at('records.lmdb'),
    deadLetters: at('dead-letters.ndjson'),
    release: () => rmSync(at(LOCK), { force: true }),
  }
}

/** Refuses a directory with other files, so that the two are not mixed. */
function checkUsable(root: string): void {
  const found = statSync(root, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isDirectory()) throw new UnusableDirectory(`${root} is not a directory`)
  const names = readdirSync(root).filter((name) => !name.startsWith('.') && name !== 'lost+found')
  if (names.length > 0 && !names.some((name) => OWN.includes(name))) {
    throw new UnusableDirectory(`${root} contains other files (${names[0]}); choose an empty directory, or a new one`)
  }
}

function lock(root: string): void {
  const path = join(root, LOCK)
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, `${process.pid} ${startOf(process.pid)}\n`)
  try {
    // Creating a link is atomic: of two processes, one fails.
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        linkSync(mine, path)
        return
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
      }
      const owner = readOwner(path)
      if (owner !== undefined && isAlive(owner)) {
        throw new DirectoryInUse(
          `${root} is in use by process ${owner.pid}. Stop it, or choose another directory with --data.`,
        )
      }
      // Renamed to a name of this process first, so that only one of several processes removes it.
      const aside = `${mine}.stale`
      try {
        renameSync(path, aside)
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
      }
      const moved = readOwner(aside)
      if (moved !== undefined && isAlive(moved)) linkSync(aside, path)
      rmSync(aside, { force: true })
    }
    throw new DirectoryInUse(`${root} is being opened by another process.`)
  } finally {
    rmSync(mine, { force: true })
  }
}

interface Owner {
  readonly pid: number
  readonly start: string
}

/** The owner in a lock. A power cut may leave an empty lock, which has no owner. */
function readOwner(path: string): Owner | undefined {
  try {
    const words = /^([1-9]\d*) (\d*)\n$/.exec(readFileSync(path, 'utf8'))
    return words === null ? undefined : { pid: Number(words[1]), start: words[2] }
  } catch {
    return undefined
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return owner.start === startOf(owner.pid)
}

/** The start time of a process in the kernel's ticks; empty if the system does not report it. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The command name in parentheses may contain blanks; the start time is field 22.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** Makes the names in a directory durable. Without it a new file may be missing after a power cut. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
