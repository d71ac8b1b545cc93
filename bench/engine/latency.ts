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
  /** Garbage collections during the run. */
  readonly collections: number
}

export async function measureLatency(stream: CommandStream, commandsPerSecond: number): Promise<Latency> {
  const engine = new OurEngine(stream, () => {})
  engine.run(0, stream.prefill)
  // Half of the stream warms up: what is measured is the steady state.
  const from = stream.prefill + ((stream.count - stream.prefill) >> 1)
  engine.run(stream.prefill, from)
  const count = stream.count - from
  const delays = new Float64Array(count)
  globalThis.gc?.()
  let collections = 0
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length
  })
  await new Promise((resolve) => setImmediate(resolve))
  observer.observe({ entryTypes: ['gc'] })
  run(engine, from, delays, 1_000 / commandsPerSecond)
  await new Promise((resolve) => setTimeout(resolve, 20))
  observer.disconnect()
  delays.sort()
  const at = (share: number): number => Math.round(delays[Math.min(count - 1, Math.floor(count * share))] * 1e6)
  const maxNs = Math.round(delays[count - 1] * 1e6)
  return { commandsPerSecond, p50Ns: at(0.5), p99Ns: at(0.99), p999Ns: at(0.999), maxNs, collections }
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
