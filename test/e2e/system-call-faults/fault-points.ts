/**
 * The places where a disk can fail under a process: its calls on files of a directory, as `strace` saw them in one
 * run. A later run of the same work repeats them, so each is named by its call, its file and its number in its
 * thread. `strace` makes the call fail without doing it.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

export interface FaultPoint {
  readonly call: string
  /** Relative to the directory; empty for the directory itself. */
  readonly path: string
  /** 1: the first call of a thread on this file. */
  readonly number: number
  readonly error: string
  /** Whether all later calls fail too. */
  readonly lasting: boolean
}

/** The errors that each call gets. */
const ERRORS: Readonly<Record<string, readonly string[]>> = {
  openat: ['EIO'],
  mkdir: ['EIO', 'ENOSPC'],
  read: ['EIO'],
  pread64: ['EIO'],
  write: ['EIO', 'ENOSPC'],
  pwrite64: ['EIO', 'ENOSPC'],
  writev: ['EIO', 'ENOSPC'],
  pwritev: ['EIO', 'ENOSPC'],
  ftruncate: ['EIO'],
  fsync: ['EIO', 'ENOSPC'],
  fdatasync: ['EIO', 'ENOSPC'],
  rename: ['EIO', 'ENOSPC'],
  unlink: ['EIO'],
}

const STRACE = ['-f', '--seccomp-bpf', '-e', 'signal=none']

/** The words before a command that trace it into files `TRACE.THREAD`. */
export const tracing = (trace: string): string[] => {
  return ['-D', ...STRACE, '-ff', '-y', '-o', trace, '-e', `trace=${Object.keys(ERRORS).join()}`]
}

/** The words before a command that make it fail at a point. The trace has the word INJECTED if it was reached. */
export const failing = ({ call, path, number, error, lasting }: FaultPoint, directory: string, trace: string) => {
  const fault = `inject=${call}:error=${error}:when=${number}${lasting ? '+' : ''}`
  return ['-D', ...STRACE, '-o', trace, '-P', join(directory, path), '-e', `trace=${call}`, '-e', fault]
}

/** The points of traced calls on files below `directory`, in no order, without those whose path is `excluded`. */
export function faultPoints(traces: string, directory: string, excluded: RegExp): FaultPoint[] {
  const points = new Map<string, FaultPoint>()
  for (const name of readdirSync(traces)) {
    const counts = new Map<string, number>()
    for (const line of readFileSync(join(traces, name), 'latin1').split('\n')) {
      const found = /^(\w+)\((.*)/.exec(line)
      if (found === null) continue
      const [, call, words] = found
      const path = pathOf(words)
      if (path === undefined || !path.startsWith(directory) || excluded.test(path)) continue
      const place = `${call} ${path}`
      const number = (counts.get(place) ?? 0) + 1
      counts.set(place, number)
      for (const error of ERRORS[call]) {
        for (const lasting of [false, true]) {
          const point = { call, path: relative(directory, path), number, error, lasting }
          points.set(JSON.stringify(point), point)
        }
      }
    }
  }
  return [...points.values()]
}

/** The file of a call: that of its descriptor, or else its first path. */
const pathOf = (words: string): string | undefined => (/^\d+<([^>]*)>/.exec(words) ?? /"([^"]*)"/.exec(words))?.[1]
