/**
 * Power cuts at every write and sync of a real process. The process is traced once. For each moment between two of
 * its calls, the directory is made that a disk without its cache would have, and an exchange is opened in it: every
 * order that was acknowledged before that moment is there, and orders, trades and log agree.
 *
 * POWER_LOSS_SEEDS=20 tries more of what a disk may keep of what was not synced.
 */

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openDataDirectory } from '../../../src/adapters/embedded/data-directory.ts'
import { checkLogEnd } from '../../../src/adapters/embedded/log/log-end-check.ts'
import { OrderLog } from '../../../src/adapters/embedded/log/order-log.ts'
import { RecordStore } from '../../../src/adapters/embedded/records/record-store.ts'
import { SnapshotFiles } from '../../../src/adapters/embedded/snapshot-files.ts'
import { recover } from '../../../src/recovery/recover.ts'
import { verify } from '../../../src/recovery/verification.ts'
import { temporaryDirectory } from '../../contracts/temporary-directory.ts'
import { randomOf } from '../random.ts'
import { digestOf, type Kept, leftAfterCut, writeDirectory } from './disk-model.ts'
import { canTrace, type FileCall, traceFiles } from './system-calls.ts'

const WRITER = fileURLToPath(new URL('writer.mjs', import.meta.url))
const SEEDS = Number(process.env.POWER_LOSS_SEEDS ?? 1)
const GROUPS = 5

test('a power cut loses no acknowledged order', { timeout: 300_000 }, async (context) => {
  if (!canTrace()) return context.skip('needs strace and the right to trace')
  const home = temporaryDirectory()
  const data = join(home, 'data')
  const traced = (first: number): FileCall[] => {
    const traces = mkdtempSync(join(tmpdir(), 'traces-'))
    const calls = traceFiles([process.execPath, WRITER, data, String(first), String(GROUPS)], home, traces)
    rmSync(traces, { recursive: true })
    return calls
  }
  // The second run opens what the first has left, with a snapshot.
  const calls = [...traced(0), ...traced(GROUPS)]
  const acknowledged: string[] = []
  // Many cuts leave the same bytes: each directory is opened once for the same acknowledged orders.
  const opened = new Set<string>()
  for (let cut = 0; cut <= calls.length; cut++) {
    // Before the first acknowledgement an empty directory is as good as this one.
    const before = calls[cut - 1]
    if (before?.kind === 'print') acknowledged.push(...before.text.trim().split(' ').slice(1))
    if (acknowledged.length === 0) continue
    const random = Array.from({ length: SEEDS }, (_, i) => randomOf(cut * 1_000 + i))
    const choices: Kept[] = ['nothing', 'everything', 'small writes', ...random]
    for (const [choice, kept] of choices.entries()) {
      const directory = leftAfterCut(calls, cut, kept, home)
      const state = `${acknowledged.length} ${digestOf(directory)}`
      if (opened.has(state)) continue
      opened.add(state)
      const left = join(home, `cut-${cut}-${choice}`)
      writeDirectory(directory, left)
      const lost = await lostOf(join(left, 'data'), acknowledged)
      expect(lost, `cut ${cut}, choice ${choice}, before ${JSON.stringify(calls[cut], brief)}`).toEqual([])
      rmSync(left, { recursive: true })
    }
  }
})

/** The acknowledged orders that an exchange in the directory does not have, and what does not agree. */
async function lostOf(path: string, acknowledged: readonly string[]): Promise<string[]> {
  const directory = openDataDirectory(path)
  const stream = new OrderLog({ directory: directory.log, nowMs: () => 0, onRecord: () => {}, onFailed: () => {} })
  const snapshots = new SnapshotFiles(directory.snapshots)
  const store = new RecordStore(directory.records)
  try {
    const stored = await store.appliedPosition()
    checkLogEnd(stream.end, { records: stored, snapshot: snapshots.newest() }, false)
    const unusable = await unusableSnapshots(directory.snapshots, snapshots, stored)
    const { state } = await recover(stream, store, snapshots)
    const lost = acknowledged.filter((id) => (state.orders.find('a', id) ?? store.find('a', id)) === undefined)
    const { differences } = await verify(stream, store, snapshots)
    return [...lost, ...differences, ...unusable]
  } finally {
    await stream.close()
    await store.close()
    directory.release()
  }
}

/** A snapshot that has its name is complete, and the store is not behind it. Otherwise the start would be slow. */
async function unusableSnapshots(path: string, snapshots: SnapshotFiles, stored: string): Promise<string[]> {
  if (!existsSync(path)) return []
  const named = readdirSync(path).filter((name) => name.endsWith('.snapshot'))
  const newest = named.sort().at(-1)?.replace('.snapshot', '')
  const latest = await snapshots.latest(stored)
  return newest === latest?.position ? [] : [`snapshot ${newest} cannot be used with records of ${stored}`]
}

const brief = (_: string, value: unknown): unknown => (value instanceof Object && 'data' in value ? undefined : value)
