/** The clock of the core: it never goes back behind the log, and the operator is told when it is not that of the machine. */

import { StreamClock } from '../../adapters/embedded/stream-clock.ts'

const STEPS = {
  ahead: 'the clock of the machine stepped ahead; the exchange does not follow it',
  back: 'the clock of the machine stepped back; the time of the exchange stands still until it has caught up',
  agrees: 'the clock of the machine agrees with the exchange again',
}

const DAY_MS = 86_400_000
/** An exchange is rarely stopped for so long. A wrong clock is more likely, and its time would stay in the log. */
const GAP_DAYS = 7

export type CoreLog = (level: 'info' | 'warn' | 'error', message: string, fields?: object) => void

export function streamClock(log: CoreLog): StreamClock {
  return new StreamClock(({ kind, seconds }) =>
    log(kind === 'agrees' ? 'info' : 'warn', STEPS[kind], { seconds: Math.round(seconds) }),
  )
}

/** Starts the clock at the time of the log; 0 if it is empty. */
export function startClock(clock: StreamClock, logTimeMs: number, log: CoreLog): void {
  clock.atLeast(logTimeMs)
  clock.watch()
  clock.nowMs()
  if (clock.behindSeconds > 0) {
    const fields = { seconds: Math.round(clock.behindSeconds), logTime: new Date(logTimeMs).toISOString() }
    log('warn', 'the order log is ahead of the clock of the machine; its time stands still until then', fields)
  }
}

/** Warns if the last command of the log is old. */
export function warnOfGap(clock: StreamClock, logTimeMs: number, log: CoreLog): void {
  const days = logTimeMs === 0 ? 0 : Math.floor((clock.nowMs() - logTimeMs) / DAY_MS)
  if (days < GAP_DAYS) return
  log('warn', 'the clock of the machine is far after the last command of the order log; if it is wrong, stop now', {
    days,
  })
}
