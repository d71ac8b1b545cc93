/**
 * The writer of the lake is killed at each call to the file system, or loses power there. At that moment no row may be
 * in the lake twice, and none up to the position may be missing. The next process must complete it.
 */

import * as fs from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { decodePosition } from '../../src/lake/lake-position.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { Crashed, crashPoints } from '../lake/crash-points.ts'
import { type LakeProcess, recordsFrom, rowKeys, runLake } from '../lake/lake-log.ts'
import { lakeKeys } from '../lake/lake-reader.ts'

vi.mock('node:fs', async (original) => {
  const { crashingFs } = await import('../lake/crash-points.ts')
  return crashingFs(await original())
})

const HOUR_MS = 3_600_000
const DAY = Date.UTC(2026, 10, 26)

/** Runs until the crash. Returns whether there was one. */
function crashAt(call: number, power: boolean, lake: LakeProcess): boolean {
  crashPoints.arm(call, power)
  try {
    runLake(lake)
  } catch (cause) {
    if (!(cause instanceof Crashed)) throw cause
  }
  return crashPoints.disarm(fs)
}

function committed(root: string): string {
  const path = join(root, 'lake.json')
  return fs.existsSync(path) ? decodePosition(fs.readFileSync(path)).position : ''
}

/** Of the rows in the lake, none twice; with all rows of the records up to the committed position. */
async function expectWhole(root: string): Promise<void> {
  const keys = await lakeKeys(root)
  expect(new Set(keys).size).toBe(keys.length)
  expect(rowKeys(records, committed(root)).filter((key) => !keys.includes(key))).toEqual([])
}

/** Two days: midnight is in the middle. */
const records = recordsFrom(DAY + 15 * HOUR_MS, 15, HOUR_MS)
const lakeAt = (root: string): LakeProcess => ({
  root,
  records,
  flushEvery: 3,
  fileRows: 5,
  joinedFiles: 2,
  tickMs: 200_000,
})

test.each([
  ['killed', false],
  ['without power', true],
])('the process is %s between every two steps', async (_, power) => {
  const all = rowKeys(records)
  let calls = 0
  for (let call = 1; ; call++) {
    const root = join(temporaryDirectory(), 'lake')
    if (!crashAt(call, power, lakeAt(root))) break
    calls = call
    // Without power, files that do not count yet may be in part.
    if (!power) await expectWhole(root)
    runLake(lakeAt(root))
    expect(await lakeKeys(root)).toEqual(all)
  }
  expect(crashPoints.calls.filter((one) => /rename.*parquet$/.test(one)).length).toBeGreaterThan(8)
  expect(calls).toBeGreaterThan(100)
})

test('the process that repairs is killed too, at each of its steps', async () => {
  const all = rowKeys(records)
  const whole = crashPoints.calls.length
  for (let seed = 1; seed <= 40; seed++) {
    const root = join(temporaryDirectory(), 'lake')
    // Other flushes than before, so that the ranges of files differ.
    for (let i = 0, call = seed * 7; i < 6; i++, call = (call * 31 + seed) % Math.max(whole, 1)) {
      crashAt(1 + call, (seed + i) % 2 === 0, { ...lakeAt(root), flushEvery: 2 + ((seed + i) % 5) })
    }
    runLake(lakeAt(root))
    expect(await lakeKeys(root), `seed ${seed}`).toEqual(all)
  }
})

test('a day is deleted as a whole, whatever the moment of the crash', async () => {
  const days = (count: number) => recordsFrom(DAY, count, 12 * HOUR_MS)
  const dayOf = (key: string) => key.split(' ').slice(0, 2).join(' ')
  const kept = new Set(['orders 2026-11-29', 'orders 2026-11-30', 'trades 2026-11-29', 'trades 2026-11-30'])
  for (let call = 1; ; call++) {
    const root = join(temporaryDirectory(), 'lake')
    runLake({ root, records: days(8), flushEvery: 3, fileRows: 5 })
    const crashed = crashAt(call, call % 2 === 0, { root, records: days(10), flushEvery: 1, retentionDays: 2 })
    const keys = await lakeKeys(root)
    const present = new Set(keys.map(dayOf))
    const expected = rowKeys(days(10), committed(root)).filter((key) => present.has(dayOf(key)))
    expect(expected.filter((key) => !keys.includes(key))).toEqual([])
    runLake({ root, records: days(10), flushEvery: 1, retentionDays: 2 })
    expect(await lakeKeys(root)).toEqual(rowKeys(days(10)).filter((key) => kept.has(dayOf(key))))
    expect(fs.readdirSync(join(root, 'orders')).filter((name) => name.startsWith('.'))).toEqual([])
    if (!crashed) break
  }
})
