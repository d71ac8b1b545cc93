/**
 * A run at scale: many instruments on many shards of the stream, clients that trade, a shard that is split and two that
 * are merged meanwhile, and one function killed each second. At the end everything that was stored must equal what the
 * exchange of one machine makes of the same records.
 */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { type LocalStack, startLocalStack } from '../../src/entrypoints/aws-local/local-stack.ts'
import type { StreamLine } from '../aws/stored-exchange.ts'
import { type Random, randomOf } from '../e2e/random.ts'
import { pause } from './chaos-world.ts'
import { type Load, startLoad } from './client-load.ts'
import { differences } from './comparison.ts'
import { embeddedTwin } from './embedded-twin.ts'
import { mergeAdjacent, splitOne } from './resharding.ts'
import { beat, settled } from './settled.ts'

export interface ScaleOptions {
  /** The folder to which scripts/bundle.mjs wrote the bundles. */
  readonly bundles: string
  readonly instruments: number
  readonly orderShards: number
  /** Acknowledged orders after which clients stop. The split is at a third of them, the merge at two thirds. */
  readonly orders: number
  readonly clients: number
  readonly seed: number
  onStep?(step: string): void
  onLine?(functionName: string, line: string): void
}

export interface ScaleResult {
  readonly orders: number
  readonly trades: number
  readonly records: number
  /** How many symbols have records in each shard that was ever open. */
  readonly symbols: Readonly<Record<string, number>>
  /** Instances that were killed, by function. */
  readonly kills: Readonly<Record<string, number>>
  readonly split: string
  readonly merged: readonly string[]
  readonly requests: number
  readonly refused: number
  /** How long clients traded and functions were killed. */
  readonly tradedMs: number
  /** From the end of the load until everything was matched and published. */
  readonly settledMs: number
  /** Empty: everything is equal. */
  readonly differences: readonly string[]
}

const KILL_MS = 1_000
/** The emulator is a part of this process, and polls of many shards would take most of its time. Lambda: 1 s. */
const POLL_MS = 500
const NEVER_MS = 2_000_000_000
/** A heartbeat reads the marks of all instruments, which takes long in the emulator. */
const HEARTBEAT_MS = 10_000

/** Throws if the stack cannot be started. */
export async function runAtScale(options: ScaleOptions): Promise<ScaleResult> {
  const { seed, orders, clients, onStep = () => {} } = options
  const random = randomOf(seed)
  const symbols = Array.from({ length: options.instruments }, (_, i) => `S${String(i).padStart(3, '0')}`)
  onStep(`starting ${options.orderShards} shards and ${symbols.length} instruments`)
  const stack = await startLocalStack({
    port: 0,
    bundles: options.bundles,
    orderShards: options.orderShards,
    instruments: symbols.map((symbol) => ({ symbol, base: symbol, quote: 'USD', tickSize: '0.01', lotSize: '0.1' })),
    heartbeatMs: NEVER_MS,
    marketData: true,
    mapping: { pollMs: POLL_MS },
    onLine: (name, line) => options.onLine?.(name, line),
  })
  const redis = new Redis(stack.emulators.redis)
  const load = startLoad({ url: stack.url, symbols, clients, seed })
  const others = disturb(stack, random)
  try {
    onStep('trading, and killing a function each second')
    const startMs = Date.now()
    await acknowledged(load, orders / 3)
    const split = await splitOne(stack.kinesis, random)
    onStep(`${load.acknowledged.size} orders; split ${split.ShardId}`)
    await acknowledged(load, (2 * orders) / 3)
    const merged = (await mergeAdjacent(stack.kinesis, random)) ?? []
    onStep(`${load.acknowledged.size} orders; merged ${merged.map(({ ShardId }) => ShardId).join(' and ')}`)
    await acknowledged(load, orders)
    const kills = await others.stop()
    const tradedMs = Date.now() - startMs
    await load.stop()
    onStep('waiting until everything is matched')
    const stoppedMs = Date.now()
    const { lines, unsettled } = await settled({ stack }, symbols)
    const settledMs = Date.now() - stoppedMs
    onStep('comparing with the embedded exchange')
    const twin = await embeddedTwin(mkdtempSync(join(tmpdir(), 'exchange-twin-')), lines)
    const found = unsettled.length > 0 ? unsettled : await differences({ stack, redis }, twin, load)
    await twin.close()
    return {
      ...twin.counts,
      records: new Set(lines.map(({ sequenceNumber }) => sequenceNumber)).size,
      symbols: symbolsByShard(lines),
      kills,
      split: split.ShardId as string,
      merged: merged.map(({ ShardId }) => ShardId as string),
      requests: load.counts.requests,
      refused: load.counts.refused,
      tradedMs,
      settledMs,
      differences: [...load.surprises, ...found],
    }
  } finally {
    load.abandon()
    await others.stop()
    redis.disconnect()
    await stack.close()
  }
}

async function acknowledged(load: Load, orders: number): Promise<void> {
  while (load.acknowledged.size < orders) await pause(20)
}

/** Heartbeats, one at a time, and each second an instance of a function is killed, most often of the matcher. */
function disturb(stack: LocalStack, random: Random) {
  const kills = { matcher: 0, ingest: 0, query: 0 }
  const answered = { matcher: 0, ingest: 0, query: 0 }
  const timer = setInterval(() => {
    const name = random.pick(['matcher', 'matcher', 'matcher', 'matcher', 'ingest', 'query'] as const)
    const { [name]: target } = stack
    // On a busy machine an instance may need seconds to start. Then nothing would ever be done.
    if (target.answered === answered[name] || !target.killOne()) return
    answered[name] = target.answered
    kills[name]++
  }, KILL_MS)
  let stopping = false
  const beating = (async () => {
    while (!stopping) {
      await beat({ stack })
      await pause(HEARTBEAT_MS)
    }
  })()
  return {
    stop: async () => {
      clearInterval(timer)
      stopping = true
      await beating
      return kills
    },
  }
}

function symbolsByShard(lines: readonly StreamLine[]): Record<string, number> {
  const symbols = new Map<string, Set<string>>()
  for (const { shardId, key } of lines) symbols.set(shardId, (symbols.get(shardId) ?? new Set()).add(key))
  return Object.fromEntries([...symbols].map(([shardId, { size }]) => [shardId, size]))
}
