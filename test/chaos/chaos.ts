/**
 * A chaos run: the AWS runtime on this machine with a real Redis and the service's limits of reads, clients that trade,
 * and faults of every kind. At the end everything that was stored must equal what the exchange of one machine makes of
 * the same records. The seed decides orders and faults. It does not decide their times, so a run is not repeated exactly.
 */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { startLocalStack } from '../../src/entrypoints/aws-local/local-stack.ts'
import { DEMO_INSTRUMENTS, type InstrumentText } from '../../src/protocol/instrument/instrument.ts'
import { type Random, randomOf } from '../e2e/random.ts'
import { type ChaosWorld, countDone, type Fault, pause } from './chaos-world.ts'
import { startLoad } from './client-load.ts'
import { differences } from './comparison.ts'
import { embeddedTwin } from './embedded-twin.ts'
import { FUNCTION_FAULTS } from './function-faults.ts'
import { LogMetrics } from './log-metrics.ts'
import { type MarketWatch, watchMarket } from './market-watch.ts'
import { mendRedis, REDIS_FAULTS } from './redis-faults.ts'
import { beat, HEARTBEAT_MS, settled } from './settled.ts'
import { STREAM_FAULTS } from './stream-faults.ts'

export interface ChaosOptions {
  /** The folder to which scripts/bundle.mjs wrote the bundles. */
  readonly bundles: string
  /** How long clients trade and faults happen. Each fault happens once, however short this is. */
  readonly durationMs: number
  readonly seed: number
  readonly clients: number
  readonly faults: readonly Fault[]
  onStep?(step: string): void
  onProgress?(progress: ChaosProgress): void
  onLine?(line: string): void
  /** Called at the end. May change what is stored, and compare again. */
  afterwards?(world: ChaosWorld, compare: () => Promise<string[]>): Promise<void>
}

export interface ChaosProgress {
  readonly elapsedMs: number
  readonly acknowledged: number
  readonly refused: number
  readonly faults: number
  readonly rebuilds: number
  /** The last fault, and what was done. */
  readonly last: string
}

export interface ChaosResult {
  readonly orders: number
  readonly trades: number
  readonly records: number
  readonly requests: number
  readonly refused: number
  readonly resent: number
  /** Orders that are in the stream twice. */
  readonly repeated: number
  readonly shards: number
  /** From the end of the load until everything was matched and published. */
  readonly settledMs: number
  /** Trades that a follower was shown or counted as missed, and connections that it lost. */
  readonly followed: MarketWatch['counts']
  readonly faults: readonly FaultRow[]
  /** Empty: everything is equal. */
  readonly differences: readonly string[]
  /** The newest warnings of the functions. */
  readonly warnings: readonly string[]
}

export interface FaultRow {
  readonly name: string
  readonly times: number
  readonly effect: string
  readonly seen: number
}

export const FAULTS: readonly Fault[] = [...REDIS_FAULTS, ...FUNCTION_FAULTS, ...STREAM_FAULTS]

/** Beside the demo instruments, so that shards that are split have symbols on both sides. */
const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE']
const INSTRUMENTS: readonly InstrumentText[] = [
  ...DEMO_INSTRUMENTS,
  ...SYMBOLS.map((symbol) => ({ symbol, base: symbol, quote: 'USD', tickSize: '0.01', lotSize: '0.1' })),
]
const NEVER_MS = 2_000_000_000
const PROGRESS_MS = 5_000
/** Faster than Lambda, which polls once a second, and still within the limits. */
const POLL_MS = 400
/** Of so many batches, the first is delivered twice. */
const REPEATED_OF = 4
/** How often a fault begins while another one lasts. */
const SIDE_BY_SIDE = 0.25
/** Between two faults: at first short, so that each happens soon; later there is time to trade. */
const BETWEEN_FIRST_MS = 1_400
const BETWEEN_MS = 8_000
const REPEATED_ROW = 'deliveries repeated'

/** Throws if the stack cannot be started. */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, onStep = () => {} } = options
  const random = randomOf(seed)
  const metrics = new LogMetrics()
  const done = new Map<string, number>()
  let batches = 0
  onStep('starting the AWS runtime')
  const stack = await startLocalStack({
    port: 0,
    bundles: options.bundles,
    instruments: INSTRUMENTS,
    heartbeatMs: NEVER_MS,
    kinesisLimits: true,
    marketData: true,
    mapping: { pollMs: POLL_MS },
    repeat: () => {
      const repeats = batches++ % REPEATED_OF === 0
      if (repeats) countDone({ done }, REPEATED_ROW)
      return repeats
    },
    onLine: (functionName, line) => {
      metrics.take(functionName, line)
      options.onLine?.(line)
    },
  })
  const redis = new Redis(stack.emulators.redis)
  const world: ChaosWorld = { stack, redis, random, metrics, done }
  const symbols = INSTRUMENTS.map(({ symbol }) => symbol)
  const market = watchMarket(stack.url, stack.socketUrl as string, symbols)
  const load = startLoad({ url: stack.url, symbols, clients: options.clients, seed })
  const heartbeat = setInterval(() => beat(world), HEARTBEAT_MS)
  try {
    onStep('trading with faults')
    const times = await causeFaults(world, options, (last, startedMs, faults) => ({
      elapsedMs: Date.now() - startedMs,
      acknowledged: load.acknowledged.size,
      refused: load.counts.refused,
      faults,
      rebuilds: metrics.sum('recoveries'),
      last,
    }))
    onStep('waiting until everything is matched')
    await load.stop()
    clearInterval(heartbeat)
    const startMs = Date.now()
    const { lines, unsettled } = await settled(world, symbols)
    const settledMs = Date.now() - startMs
    onStep('comparing with the embedded exchange')
    const twin = await embeddedTwin(mkdtempSync(join(tmpdir(), 'exchange-twin-')), lines)
    const compare = async () => [...(await differences(world, twin, load)), ...(await market.differencesNow(twin))]
    const late = await market.differences(twin)
    const found = unsettled.length > 0 ? unsettled : late.length > 0 ? late : await compare()
    const rows = options.faults.map((fault) => ({
      name: fault.name,
      times: times.get(fault.name) ?? 0,
      effect: fault.effect,
      seen: fault.seen(world),
    }))
    const repeats = done.get(REPEATED_ROW) ?? 0
    const result: ChaosResult = {
      ...twin.counts,
      records: new Set(lines.map(({ sequenceNumber }) => sequenceNumber)).size,
      ...load.counts,
      repeated: twin.repeated,
      shards: stack.checkpoints.size,
      settledMs,
      followed: market.counts,
      faults: [...rows, { name: REPEATED_ROW, times: repeats, effect: 'batches delivered twice', seen: repeats }],
      differences: [...load.surprises, ...found],
      warnings: metrics.warnings,
    }
    await options.afterwards?.(world, compare)
    await twin.close()
    return result
  } finally {
    clearInterval(heartbeat)
    load.abandon()
    market.close()
    redis.disconnect()
    await stack.close()
  }
}

/** Each fault once, in a random order; then random ones until the time is over. Returns how often each was caused. */
async function causeFaults(
  world: ChaosWorld,
  { faults, durationMs, onProgress }: ChaosOptions,
  progressOf: (last: string, startedMs: number, faults: number) => ChaosProgress,
): Promise<Map<string, number>> {
  const { random } = world
  const startedMs = Date.now()
  const times = new Map<string, number>()
  const open = new Set<Promise<void>>()
  let last = 'none yet'
  let count = 0
  const tell = () => onProgress?.(progressOf(last, startedMs, count))
  const timer = setInterval(tell, PROGRESS_MS)
  try {
    const deck = shuffled(faults, random)
    while (faults.length > 0 && (deck.length > 0 || Date.now() - startedMs < durationMs)) {
      await pause(random.below(deck.length > 0 ? BETWEEN_FIRST_MS : BETWEEN_MS))
      const fault = deck.pop() ?? random.pick(faults)
      const caused = fault.cause(world).then((what) => {
        last = `${fault.name}: ${what}`
      })
      times.set(fault.name, (times.get(fault.name) ?? 0) + 1)
      count++
      open.add(caused)
      caused.finally(() => open.delete(caused)).catch(() => {})
      if (!random.chance(SIDE_BY_SIDE)) await caused
    }
    await pause(Math.max(0, durationMs - (Date.now() - startedMs)))
    await Promise.all(open)
  } finally {
    clearInterval(timer)
    await mendRedis(world)
    tell()
  }
  return times
}

function shuffled<T>(from: readonly T[], random: Random): T[] {
  const left = [...from]
  return from.map(() => left.splice(random.below(left.length), 1)[0])
}
