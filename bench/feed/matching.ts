/**
 * What followers cost matching: orders a second through the threads of the exchange, in batches, without the thread of
 * the market data, with it but no followers, and with followers of all channels. The followers are sessions of this
 * process that frame their messages and write nothing, so that no other process takes time from the exchange.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Core, openCore, type ThreadFiles } from '../../src/adapters/embedded/threads/open-core.ts'
import { textFrame } from '../../src/http/socket/text-frame.ts'
import type { Topic } from '../../src/ports/market-feed.ts'
import type { Command, PlaceOrder } from '../../src/protocol/command/commands.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { busiestOther, threadMs } from './thread-time.ts'

export type Followed = 'no thread' | 'no followers' | 'followers'

const BATCH = 500
/** Batches in flight. */
const IN_FLIGHT = 4
const SYMBOL = 'BTCUSD'
const THREAD_START_MS = 1_000

const TOPICS: readonly Topic[] = [
  { channel: 'book', symbol: SYMBOL, depth: 100 },
  { channel: 'trades', symbol: SYMBOL },
  { channel: 'ticker', symbol: SYMBOL },
  { channel: 'candles', symbol: SYMBOL, interval: '1m' },
  { channel: 'orders', account: 'a0' },
]

export interface MatchingSpeed {
  readonly perSecond: number
  /** For each second of processor time of the core thread; NaN where it cannot be read. */
  readonly perCoreSecond: number
}

/** `dist`: the compiled threads. */
export async function matchingSpeed(
  dist: string,
  how: Followed,
  followers: number,
  orders: number,
): Promise<MatchingSpeed> {
  const data = mkdtempSync(join(tmpdir(), 'exchange-bench-'))
  const core = await openCore(
    threadFiles(dist),
    { dataPath: data, seed: DEMO_INSTRUMENTS, accountOpenOrdersMax: 100_000_000 },
    {
      onLog: () => {},
      onFailed: (message) => {
        throw new Error(message)
      },
    },
  )
  try {
    if (how !== 'no thread') core.market.prepare()
    // The start of a thread takes a processor for some hundred milliseconds, and is not what is measured.
    await new Promise((resolve) => setTimeout(resolve, THREAD_START_MS))
    const followed = how === 'followers' ? await followAll(core, followers) : undefined
    const batches = Array.from({ length: Math.ceil(orders / BATCH) }, (_, n) => batchOf(n))
    await submitAll(core, batches.slice(0, Math.ceil(batches.length / 5)))
    const measured = batches.slice(Math.ceil(batches.length / 5))
    const before = threadMs(process.pid)
    const startedMs = performance.now()
    await submitAll(core, measured)
    const seconds = (performance.now() - startedMs) / 1000
    if (followed !== undefined && followed.messages === 0) throw new Error('the followers received nothing')
    const coreSeconds = busiestOther(process.pid, before, threadMs(process.pid)) / 1000
    const done = measured.length * BATCH
    return { perSecond: done / seconds, perCoreSecond: done / coreSeconds }
  } finally {
    await core.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

export function threadFiles(dist: string): ThreadFiles {
  const fileOf = (name: string) => pathToFileURL(join(dist, 'entrypoints', `${name}.js`))
  return {
    core: fileOf('core-thread'),
    reader: fileOf('reader-thread'),
    market: fileOf('market-thread'),
    lake: fileOf('lake-thread'),
  }
}

async function followAll(core: Core, followers: number): Promise<{ messages: number }> {
  const counts = { messages: 0, snapshots: 0 }
  let last: { readonly text: string } | undefined
  let frame: Buffer = Buffer.alloc(0)
  for (let i = 0; i < followers; i++) {
    for (const topic of TOPICS) {
      core.market.follow(topic, {
        take: (update) => {
          // A frame is made once for all followers, as in the socket server.
          if (update !== last) frame = textFrame(update.text)
          last = update
          counts.messages += frame.length > 0 ? 1 : 0
          if (update.type === 'snapshot') counts.snapshots++
        },
        lost: () => {
          throw new Error('market data was lost')
        },
      })
    }
  }
  while (counts.snapshots < followers * TOPICS.length) await new Promise((resolve) => setTimeout(resolve, 10))
  return counts
}

export async function submitAll(core: Core, batches: readonly Command[][]): Promise<void> {
  let next = 0
  const one = async (): Promise<void> => {
    while (next < batches.length) await core.client.submit(batches[next++], 0)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, one))
}

const random = (seed: number): number => ((Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) >>> 0) % 100_000) / 100_000

export function batchOf(n: number): Command[] {
  return Array.from({ length: BATCH }, (_, i): PlaceOrder => {
    const seed = n * BATCH + i
    return {
      kind: 'PlaceOrder',
      symbol: SYMBOL,
      account: `a${seed % 50}`,
      orderId: `o${seed}`,
      side: random(2 * seed + 1) < 0.5 ? 'BUY' : 'SELL',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: lots(1 + Math.floor(100 * random(5 * seed + 3))),
      price: ticks(5_000_000 + Math.floor(200 * random(3 * seed + 7))),
    }
  })
}
