/**
 * Processor time of threads, from Linux. On a machine that other programs use, wall-clock times tell of those programs,
 * and processor times of this one.
 */

import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts in 1/100 s. */
const MS_PER_TICK = 10
/** The places of user and system time behind the name of the thread. */
const USER_AT = 11
const SYSTEM_AT = 12
const NICE_AT = 16

/** Milliseconds by thread id; empty on other systems. The id of the first thread is that of the process. */
export function threadMs(pid: number, nice?: number): Map<number, number> {
  const times = new Map<number, number>()
  if (process.platform !== 'linux') return times
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const fields = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ')[1].split(' ')
      if (nice !== undefined && Number(fields[NICE_AT]) !== nice) continue
      times.set(Number(thread), (Number(fields[USER_AT]) + Number(fields[SYSTEM_AT])) * MS_PER_TICK)
    } catch {
      // The thread has ended.
    }
  }
  return times
}

/** Milliseconds of all threads of a priority; NaN on other systems. */
export function threadMsAt(pid: number, nice: number): number {
  const times = [...threadMs(pid, nice).values()]
  return times.length === 0 ? Number.NaN : times.reduce((sum, ms) => sum + ms, 0)
}

/** Milliseconds of the busiest thread but the first, between two looks. */
export function busiestOther(pid: number, before: Map<number, number>, after: Map<number, number>): number {
  let most = 0
  for (const [thread, ms] of after) if (thread !== pid) most = Math.max(most, ms - (before.get(thread) ?? 0))
  return most
}
