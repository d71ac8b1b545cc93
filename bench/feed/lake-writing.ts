/**
 * What the data lake costs: orders a second through the threads of the exchange, in batches, with the lake and without,
 * and the processor time of its thread until everything is in its files. The process is then idle, so other programs
 * on the machine change only the rates.
 */

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCore } from '../../src/adapters/embedded/threads/open-core.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { batchOf, submitAll, threadFiles } from './matching.ts'
import { busiestOther, threadMs, threadMsAt } from './thread-time.ts'

/** The priority of the lake's thread, and of the reader's, which has nothing to do here. */
const LAKE_NICE = 10
const THREAD_START_MS = 1_000
const ORDERS_PER_BATCH = 500

export interface LakeWriting {
  readonly perSecond: number
  /** For each second of processor time of the core thread; NaN where it cannot be read. */
  readonly perCoreSecond: number
  /** Processor time of the lake's thread for each order. */
  readonly lakeMicroseconds: number
  /** Bytes of the lake for each order with its trades. */
  readonly lakeBytes: number
}

export async function lakeWriting(dist: string, isOn: boolean, orders: number): Promise<LakeWriting> {
  const data = mkdtempSync(join(tmpdir(), 'exchange-bench-'))
  const core = await openCore(
    threadFiles(dist),
    {
      dataPath: data,
      seed: DEMO_INSTRUMENTS,
      accountOpenOrdersMax: 100_000_000,
      lake: isOn ? {} : undefined,
    },
    {
      onLog: () => {},
      onFailed: (message) => {
        throw new Error(message)
      },
    },
  )
  try {
    await new Promise((resolve) => setTimeout(resolve, THREAD_START_MS))
    const batches = Array.from({ length: Math.ceil(orders / ORDERS_PER_BATCH) }, (_, n) => batchOf(n))
    const warm = Math.ceil(batches.length / 5)
    await submitAll(core, batches.slice(0, warm))
    const measured = batches.slice(warm)
    const before = threadMs(process.pid)
    const lakeBefore = threadMsAt(process.pid, LAKE_NICE)
    const startedMs = performance.now()
    await submitAll(core, measured)
    const seconds = (performance.now() - startedMs) / 1000
    const coreSeconds = busiestOther(process.pid, before, threadMs(process.pid)) / 1000
    while (isOn && (await core.client.stats()).lakeLagCommands > 0) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const done = measured.length * ORDERS_PER_BATCH
    const lakeMicroseconds = ((threadMsAt(process.pid, LAKE_NICE) - lakeBefore) * 1000) / done
    const bytes = isOn ? bytesIn(join(data, 'lake')) / (batches.length * ORDERS_PER_BATCH) : 0
    return { perSecond: done / seconds, perCoreSecond: done / coreSeconds, lakeMicroseconds, lakeBytes: bytes }
  } finally {
    await core.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
