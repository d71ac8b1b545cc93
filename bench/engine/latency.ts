/**
 * The latency of commands that arrive at a steady rate, whether or not the engine is ready. Time is measured from the
 * moment at which a command was due, so a pause counts for every command that it delays (no coordinated omission). The
 * clock is read once per command.
 */

import { PerformanceObserver } from 'node:perf_hooks'
import type { CommandStream } from './command-stream.ts'
import { OurEngine } from './our-engine.ts'

export interface Latency {
  readonly commandsPerSecond: number
  readonly p50Ns: number
  readonly p99Ns: number
  readonly p999Ns: number
  readonly maxNs: number
  /** Garbage collections during a quarter of the stream. */
  readonly collections: number
}

export async function measureLatency(stream: CommandStream, commandsPerSecond: number): Promise<Latency> {
  const engine = new OurEngine(stream, () => {})
  engine.run(0, stream.prefill)
  const half = (stream.count - stream.prefill) >> 1
  const quarter = half >> 1
  // The first half of the stream warms up, first at full speed and then at the given rate. Only then it is measured.
  const collections = await collectionsDuring(() => engine.run(stream.prefill, stream.prefill + quarter))
  const from = stream.prefill + half
  const intervalMs = 1_000 / commandsPerSecond
  keepPace((i) => engine.run(i, i + 1), from - quarter, new Float64Array(quarter), intervalMs)
  const delays = new Float64Array(stream.count - from)
  globalThis.gc?.()
  keepPace((i) => engine.run(i, i + 1), from, delays, intervalMs)
  return { commandsPerSecond, ...quantiles(delays), collections }
}

/** The same loop at the same rate without an engine: the delays of the machine itself. */
export function measureMachineLatency(commands: number, commandsPerSecond: number): Latency {
  let sum = 0
  const delays = new Float64Array(commands)
  for (let round = 0; round < 2; round++) {
    keepPace((i) => (sum += i), 0, delays, 1_000 / commandsPerSecond)
  }
  return { commandsPerSecond, ...quantiles(delays), collections: sum < 0 ? 1 : 0 }
}

function quantiles(delays: Float64Array): Pick<Latency, 'p50Ns' | 'p99Ns' | 'p999Ns' | 'maxNs'> {
  delays.sort()
  const nsAt = (place: number): number => Math.round(delays[Math.min(delays.length - 1, Math.floor(place))] * 1e6)
  const at = (share: number): number => nsAt(delays.length * share)
  return { p50Ns: at(0.5), p99Ns: at(0.99), p999Ns: at(0.999), maxNs: nsAt(delays.length - 1) }
}

/** Counts collections in a run without the clock, because reading it allocates memory too. */
async function collectionsDuring(work: () => void): Promise<number> {
  let collections = 0
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length
  })
  globalThis.gc?.()
  await new Promise((resolve) => setTimeout(resolve, 20))
  observer.observe({ entryTypes: ['gc'] })
  work()
  await new Promise((resolve) => setTimeout(resolve, 20))
  observer.disconnect()
  return collections
}

/** Calls `work` for `from`, `from` + 1 …, each when it is due, and records how late each finished. */
function keepPace(work: (i: number) => void, from: number, delays: Float64Array, intervalMs: number): void {
  const start = performance.now()
  for (let i = 0; i < delays.length; i++) {
    const due = start + i * intervalMs
    while (performance.now() < due);
    work(from + i)
    delays[i] = performance.now() - due
  }
}
