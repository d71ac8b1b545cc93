/**
 * Reads how long scripts ran for each frame of a page from a trace of Chromium. A script that runs between two frames,
 * such as the handler of a message, belongs to the next one. Times are those of the thread's processor, so that other
 * programs on the machine do not count.
 */

export interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds: begin, duration, and duration on the processor. */
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** The outermost of these are counted; what is within them is part of them. */
const SCRIPTS = new Set([
  'FunctionCall',
  'EvaluateScript',
  'RunMicrotasks',
  'FireAnimationFrame',
  'TimerFire',
  'MinorGC',
])
const FRAME = 'FireAnimationFrame'

/** Milliseconds of script for each frame, in order. */
export function scriptOfFrames(events: readonly TraceEvent[]): number[] {
  const page = threadOf(events)
  const scripts = events
    .filter(({ name, ph, pid, tid }) => SCRIPTS.has(name) && ph === 'X' && `${pid} ${tid}` === page)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
  const frames: number[] = []
  let waitingMs = 0
  let endUs = 0
  let frameEndUs = 0
  for (const { name, ts, dur = 0, tdur = dur } of scripts) {
    if (ts < endUs) continue
    endUs = ts + dur
    if (name !== FRAME) {
      waitingMs += tdur / 1000
      continue
    }
    // A page may ask for several callbacks of one frame: they run one after the other.
    if (frames.length > 0 && ts - frameEndUs < 1000) frames[frames.length - 1] += waitingMs + tdur / 1000
    else frames.push(waitingMs + tdur / 1000)
    waitingMs = 0
    frameEndUs = endUs
  }
  return frames
}

/** The main thread of the page: the one with the most scripts, because the browser may have other pages. */
function threadOf(events: readonly TraceEvent[]): string {
  const counts = new Map<string, number>()
  for (const { name, pid, tid } of events) {
    if (name === FRAME) counts.set(`${pid} ${tid}`, (counts.get(`${pid} ${tid}`) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ''
}
