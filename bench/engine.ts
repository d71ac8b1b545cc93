/**
 * `npm run bench -- engine`: compares this engine with nodejs-order-book on the same streams. Then it measures this
 * engine's latency, growth, memory, snapshots, wrapper and wire formats. `--json` prints one object, `--tiny` makes
 * all inputs small, `--rounds N` sets the rounds of each comparison.
 */

import { compare, type Row } from './engine/compare.ts'
import { compareEmbedded, EMBEDDED } from './engine/embedded.ts'
import { bytesPerEmptyBook, type Growth, measureGrowth, measureSnapshot, type SnapshotSpeed } from './engine/growth.ts'
import { type Latency, measureLatency, measureMachineLatency } from './engine/latency.ts'
import { REGIMES, regimeStream } from './engine/regimes.ts'
import { DEEP, SHALLOW, type SteadyBook, steadyStream } from './engine/steady-streams.ts'
import { measureWire, type StageCost } from './engine/wire.ts'
import { type Machine, thisMachine } from './machine.ts'

export interface EngineReport {
  readonly machine: Machine
  readonly rows: readonly Row[]
  readonly embedded: readonly Row[]
  readonly latency: readonly (Latency & { stream: string })[]
  readonly growth: readonly Growth[]
  readonly bytesPerEmptyBook: number
  readonly snapshot: SnapshotSpeed
  readonly wire: readonly StageCost[]
}

export interface EngineBenchOptions {
  readonly tiny: boolean
  readonly rounds: number
}

export async function benchEngine({ tiny, rounds }: EngineBenchOptions): Promise<EngineReport> {
  const timed = tiny ? 4_000 : 1_000_000
  const small = (book: SteadyBook): SteadyBook => (tiny ? { ...book, resting: book.resting / 10, levels: 50 } : book)
  // Growth is measured first, while the heap is small.
  const emptyBook = bytesPerEmptyBook()
  const rows: Row[] = []
  const embedded: Row[] = []
  const latency: (Latency & { stream: string })[] = []
  const theirRounds = Math.min(rounds, 3)
  const pace = 1_000_000
  for (const book of [SHALLOW, DEEP]) {
    const stream = steadyStream(small(book), timed)
    rows.push(...compare(stream, { numbered: false, rounds, theirRounds, theirCommands: timed }))
    latency.push({ stream: stream.name, ...(await measureLatency(stream, pace)) })
    embedded.push(...compareEmbedded(stream, theirRounds))
  }
  latency.push({ stream: 'no engine: the machine', ...measureMachineLatency(timed / 2, pace) })
  for (const regime of REGIMES) {
    const stream = regimeStream(tiny ? { ...regime, lifetime: 200 } : regime, timed)
    // The other engine needs up to 80 µs per command here, so it is timed with the first part only.
    const theirCommands = Math.min(timed, 50_000)
    rows.push(...compare(stream, { numbered: true, rounds, theirRounds: tiny ? 1 : 2, theirCommands }))
  }
  return {
    machine: thisMachine(),
    rows,
    embedded,
    latency,
    growth: measureGrowth(tiny ? [100, 1_000] : [1_000, 10_000, 100_000, 1_000_000], timed, tiny ? 1 : 3),
    bytesPerEmptyBook: emptyBook,
    snapshot: measureSnapshot(tiny ? 1_000 : 1_000_000),
    wire: measureWire(tiny ? 1_000 : 100_000),
  }
}

const millions = (perSecond: number): string => (perSecond / 1e6).toFixed(2)
const micros = (ns: number): string => (ns / 1_000).toFixed(2)

/** The report as tables. */
export function formatEngineReport(report: EngineReport): string {
  const { machine, growth, snapshot } = report
  return [
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; medians, M commands/s`,
    '',
    ...compareTable(report.rows),
    '',
    `with string ids and objects (${EMBEDDED})`,
    ...compareTable(report.embedded),
    '',
    'latency at 1 M commands/s, µs       p50      p99    p99.9      max   collections',
    ...report.latency.map(
      (l) =>
        `  ${l.stream.padEnd(28)}${[l.p50Ns, l.p99Ns, l.p999Ns, l.maxNs].map((ns) => micros(ns).padStart(9)).join('')}${String(l.collections).padStart(14)}`,
    ),
    '',
    'resting orders      levels   ns/command   bytes/order   bytes/level',
    ...growth.map(
      (g) =>
        `${String(g.resting).padStart(14)}${String(g.levels).padStart(12)}${String(g.nsPerCommand).padStart(13)}${String(g.bytesPerOrder).padStart(14)}${String(g.bytesPerLevel).padStart(14)}`,
    ),
    '',
    `an empty book: ${report.bytesPerEmptyBook} bytes`,
    `a snapshot of ${snapshot.orders} orders: ${snapshot.bytes} bytes, written ${millions(snapshot.ordersWrittenPerSecond)} M orders/s, restored ${millions(snapshot.ordersRestoredPerSecond)} M`,
    '',
    'from wire JSON to event bytes     µs/order    M orders/s',
    ...report.wire.map(
      (s) => `  ${s.stage.padEnd(28)}${micros(s.nsPerOrder).padStart(12)}${millions(1e9 / s.nsPerOrder).padStart(14)}`,
    ),
  ].join('\n')
}

function compareTable(rows: readonly Row[]): string[] {
  const lines = ['stream         ours    min    max   nodejs-order-book    min    max   times']
  for (let i = 0; i < rows.length; i += 2) {
    const [ours, theirs] = [rows[i], rows[i + 1]]
    lines.push(
      `${ours.stream.padEnd(11)}${[ours.commandsPerSecond, ours.min, ours.max].map((v) => millions(v).padStart(7)).join(' ')}${[theirs.commandsPerSecond, theirs.min, theirs.max].map((v, n) => (v / 1e6).toFixed(3).padStart(n === 0 ? 19 : 6)).join(' ')}${(ours.commandsPerSecond / theirs.commandsPerSecond).toFixed(0).padStart(8)}`,
    )
  }
  return lines
}
