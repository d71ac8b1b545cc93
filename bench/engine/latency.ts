/**
 * How long a command waits and works when they arrive at a steady rate, whether or not the engine is
 * ready: the time is taken from the moment a command was due, so a pause is charged to every command
 * that it delays (no coordinated omission). The clock is read once for every command.
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
  /** Garbage collections while the other half of the stream ran. */
  readonly collections: number
}

export async function measureLatency(stream: CommandStream, commandsPerSecond: number): Promise<Latency> {
  const engine = new OurEngine(stream, () => {})
  engine.run(0, stream.prefill)
  // Half of the stream warms up: what is measured is the steady state.
  const from = stream.prefill + ((stream.count - stream.prefill) >> 1)
  const collections = await collectionsDuring(() => engine.run(stream.prefill, from))
  const delays = new Float64Array(stream.count - from)
  globalThis.gc?.()
  run(engine, from, delays, 1_000 / commandsPerSecond)
  delays.sort()
  const nsAt = (place: number): number => Math.round(delays[Math.min(delays.length - 1, Math.floor(place))] * 1e6)
  const at = (share: number): number => nsAt(delays.length * share)
  const maxNs = nsAt(delays.length - 1)
  return { commandsPerSecond, p50Ns: at(0.5), p99Ns: at(0.99), p999Ns: at(0.999), maxNs, collections }
}

/** Counted without the clock, which makes garbage of its own. */
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

function run(engine: OurEngine, from: number, delays: Float64Array, intervalMs: number): void {
  const start = performance.now()
  for (let i = 0; i < delays.length; i++) {
    const due = start + i * intervalMs
    while (performance.now() < due);
    engine.run(from + i, from + i + 1)
    delays[i] = performance.now() - due
  }
}
