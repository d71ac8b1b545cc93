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
  /** Whether the thread of the data lake made the call. */
  readonly byLake: boolean
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

/**
 * The errors of a call of the lake's thread. Its code compares no error code but ENOENT, so ENOSPC takes the path of
 * EIO: the lake falls behind, which orders do not notice, and is written again.
 */
const ERRORS_OF_LAKE = ['EIO']

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
    const calls = callsIn(join(traces, name), directory, excluded)
    const byLake = calls.some(({ path }) => /^lake\b/.test(path))
    const counts = new Map<string, number>()
    for (const { call, path } of calls) {
      const place = `${call} ${path}`
      const number = (counts.get(place) ?? 0) + 1
      counts.set(place, number)
      for (const error of byLake ? ERRORS_OF_LAKE : ERRORS[call]) {
        for (const lasting of [false, true]) {
          const point = { call, path, number, error, lasting, byLake }
          points.set(JSON.stringify(point), point)
        }
      }
    }
  }
  return [...points.values()]
}

/** The calls of a thread on files below `directory`, with relative paths. */
function callsIn(trace: string, directory: string, excluded: RegExp): { call: string; path: string }[] {
  return readFileSync(trace, 'latin1')
    .split('\n')
    .flatMap((line) => {
      const [, call, words] = /^(\w+)\((.*)/.exec(line) ?? []
      const path = words === undefined ? undefined : pathOf(words)
      if (path === undefined || !path.startsWith(directory) || excluded.test(path)) return []
      return { call, path: relative(directory, path) }
    })
}

/** The file of a call: that of its descriptor, or else its first path. */
const pathOf = (words: string): string | undefined => (/^\d+<([^>]*)>/.exec(words) ?? /"([^"]*)"/.exec(words))?.[1]
