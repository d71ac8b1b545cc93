/**
 * The data directory of one exchange: where its files are, and that only one process writes them.
 * The lock names its owner by process id and start time, so that a lock left by a killed process is
 * recognised and taken over, and a new process with an old id is not mistaken for its owner.
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

/** Not a place where an exchange could keep its data. */
export class UnusableDirectory extends Error {
  override readonly name = 'UnusableDirectory'
}

const LOCK = 'lock'
/** One of these is in every data directory, however early its making ended. */
const OWN: readonly string[] = ['log', LOCK]

export interface DataDirectory {
  readonly path: string
  /** Segments of the order log. */
  readonly log: string
  readonly snapshots: string
  /** The embedded store of orders and trades. */
  readonly records: string
  /** Lines that were no commands. */
  readonly deadLetters: string
  release(): void
}

/** Opens, and creates if need be. Throws {@link DirectoryInUse} naming the owner, and {@link UnusableDirectory}. */
export function openDataDirectory(path: string): DataDirectory {
  const root = resolve(path)
  const at = (name: string) => join(root, name)
  try {
    checkUsable(root)
    mkdirSync(at('log'), { recursive: true })
    mkdirSync(at('snapshots'), { recursive: true })
  } catch (cause) {
    if (cause instanceof UnusableDirectory) throw cause
    throw new UnusableDirectory(`${root} cannot be made: ${(cause as NodeJS.ErrnoException).code}`, { cause })
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

/** An exchange among somebody else's files would litter them, and be lost among them. */
function checkUsable(root: string): void {
  const found = statSync(root, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isDirectory()) throw new UnusableDirectory(`${root} is not a directory`)
  const names = readdirSync(root).filter((name) => !name.startsWith('.') && name !== 'lost+found')
  if (names.length > 0 && !names.some((name) => OWN.includes(name))) {
    throw new UnusableDirectory(`${root} holds other files (${names[0]}); choose an empty directory, or a new one`)
  }
}

function lock(root: string): void {
  const path = join(root, LOCK)
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, `${process.pid} ${startOf(process.pid)}\n`)
  try {
    // A link either takes the name or fails: two processes cannot both succeed.
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
      // Taken aside under a name of our own, so that only one of several takers removes it.
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

/** Whom a lock names; a power cut may leave an empty one, which names nobody. */
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

/** When a process started, in the kernel's ticks; empty where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The command name in parentheses may hold blanks; the start time is field 22.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** Makes the names in a directory durable: a new file is not there after a power cut without it. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
