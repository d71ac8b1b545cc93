/**
 * The time of an exchange on one machine, from the clock of the machine. Time enters the order log and never
 * decreases there, so one wrong reading would stay for ever. Therefore each reading is compared with the monotonic
 * clock, which no step changes:
 *
 * - A step ahead is not followed. Time goes on at the pace of the monotonic clock, until the clock of the machine
 *   agrees again or the process is started again. A step that equals the time of a suspend is followed.
 * - After a step back, time stands still until the clock has caught up with it.
 *
 * A difference of up to STEP_MS between two readings is no step: the clock is being adjusted.
 */

import { uptime } from 'node:os'
import type { Trouble } from '../../ports/trouble.ts'

/** The largest difference between the two clocks, from one reading to the next, that is no step. */
export const STEP_MS = 5_000

export interface Clocks {
  /** The clock of the machine, in ms since 1970. */
  readonly wallMs: () => number
  /** Never steps. May stop while the machine is suspended. */
  readonly monotonicMs: () => number
  /** Like `monotonicMs`, but goes on while the machine is suspended. */
  readonly bootMs: () => number
}

export interface ClockStep {
  readonly kind: 'ahead' | 'back' | 'agrees'
  /** The difference between the two clocks. */
  readonly seconds: number
}

const MACHINE: Clocks = {
  wallMs: Date.now,
  monotonicMs: () => performance.now(),
  bootMs: () => {
    try {
      return uptime() * 1000
    } catch {
      // Some sandboxes refuse it. Then a suspend looks like a step.
      return performance.now()
    }
  },
}

/** Time between two readings in a quiet market. Two clocks drift from each other by about 1 ms in it. */
const WATCH_MS = 10_000

export class StreamClock {
  private readonly clocks: Clocks
  private readonly onStep: (step: ClockStep) => void
  /** The clock of the machine minus the monotonic clock, at the last reading that was followed. */
  private offsetMs: number
  /** The largest such difference before a step back, until time has caught up. The clock may return to it. */
  private formerOffsetMs = Number.NEGATIVE_INFINITY
  private suspendedMs: number
  /** The last time that was returned. */
  private latestMs = 0
  private ahead: { readonly sinceMs: number; readonly byMs: number } | undefined
  private behind: { readonly sinceMs: number; readonly byMs: number } | undefined

  constructor(onStep: (step: ClockStep) => void = () => {}, clocks = MACHINE) {
    this.clocks = clocks
    this.onStep = onStep
    this.offsetMs = clocks.wallMs() - clocks.monotonicMs()
    this.suspendedMs = clocks.bootMs() - clocks.monotonicMs()
  }

  /** The time, in ms since 1970. It never decreases. */
  readonly nowMs = (): number => {
    const wallMs = this.clocks.wallMs()
    const timeMs = this.timeOf(wallMs, this.clocks.monotonicMs())
    const byMs = this.latestMs - timeMs
    if (byMs <= STEP_MS) this.behind = undefined
    else this.behind = { sinceMs: this.behind?.sinceMs ?? wallMs, byMs }
    if (byMs > 0) return this.latestMs
    this.formerOffsetMs = Number.NEGATIVE_INFINITY
    this.latestMs = timeMs
    return timeMs
  }

  /**
   * Reads the clock at intervals, so that the slow drift of the two clocks never adds up to a step, and a step is
   * reported also in a quiet market. Does not keep the process running.
   */
  watch(): void {
    setInterval(this.nowMs, WATCH_MS).unref()
  }

  /** The time is at least `timestampMs`, for example that of the last command in the log. */
  atLeast(timestampMs: number): void {
    if (timestampMs > this.latestMs) this.latestMs = timestampMs
  }

  /** Seconds that the clock of the machine is ahead, and not followed. */
  get aheadSeconds(): number {
    return (this.ahead?.byMs ?? 0) / 1000
  }

  /** Seconds that the time of the exchange is ahead of the clock, so that it stands still. */
  get behindSeconds(): number {
    return (this.behind?.byMs ?? 0) / 1000
  }

  /** What is wrong at the last reading. */
  get troubles(): Trouble[] {
    const troubles: Trouble[] = []
    if (this.ahead !== undefined) {
      const detail = `The clock of the machine stepped ahead by ${Math.round(this.aheadSeconds)} s. The exchange does not follow it.`
      troubles.push({ cause: 'clock_ahead', sinceMs: this.ahead.sinceMs, detail })
    }
    if (this.behind !== undefined) {
      const detail = `The order log is ${Math.round(this.behindSeconds)} s ahead of the clock. Its time stands still until then.`
      troubles.push({ cause: 'log_ahead', sinceMs: this.behind.sinceMs, detail })
    }
    return troubles
  }

  private timeOf(wallMs: number, monotonicMs: number): number {
    const offsetMs = wallMs - monotonicMs
    const byMs = offsetMs - this.offsetMs
    if (byMs > STEP_MS && !this.isReturn(offsetMs) && !this.wasSuspended(byMs, monotonicMs)) {
      if (this.ahead === undefined) this.onStep({ kind: 'ahead', seconds: byMs / 1000 })
      this.ahead = { sinceMs: this.ahead?.sinceMs ?? this.offsetMs + monotonicMs, byMs }
      return Math.floor(this.offsetMs + monotonicMs)
    }
    if (byMs < -STEP_MS) {
      this.formerOffsetMs = Math.max(this.formerOffsetMs, this.offsetMs)
      this.onStep({ kind: 'back', seconds: -byMs / 1000 })
    } else if (this.ahead !== undefined || byMs > STEP_MS) {
      this.onStep({ kind: 'agrees', seconds: byMs / 1000 })
    }
    this.ahead = undefined
    this.offsetMs = offsetMs
    return wallMs
  }

  /** Whether the clock steps ahead to where it was before it stepped back. */
  private isReturn(offsetMs: number): boolean {
    return offsetMs <= this.formerOffsetMs + STEP_MS
  }

  /** Whether the machine was suspended for the time of the step. */
  private wasSuspended(byMs: number, monotonicMs: number): boolean {
    const suspendedMs = this.clocks.bootMs() - monotonicMs
    if (Math.abs(suspendedMs - this.suspendedMs - byMs) > STEP_MS) return false
    this.suspendedMs = suspendedMs
    return true
  }
}
