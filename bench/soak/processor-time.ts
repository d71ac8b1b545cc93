/**
 * Processor time of a process on Linux, summed over its threads. Beside what it used it has what its threads waited for
 * a processor while they could have run: on two cores, an attacker's own work delays the exchange by that.
 */

import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessorTime {
  readonly usedMs: number
  readonly waitedMs: number
}

/** Zero if the process has ended, and on other systems. */
export function processorTimeOf(pid: number | undefined): ProcessorTime {
  let usedMs = 0
  let waitedMs = 0
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [used, waited] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ').map(Number)
      usedMs += used / 1e6
      waitedMs += waited / 1e6
    }
  } catch {
    // A thread or the process has ended.
  }
  return { usedMs, waitedMs }
}
