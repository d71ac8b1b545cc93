/** Retention removes days while a query lists the files. */

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { temporaryDirectory } from '../../test/contracts/temporary-directory.ts'
import { dayFolder, lakeFileName } from '../lake/lake-files.ts'
import { readLakeFolder } from './lake-folder.ts'
import { UnreadableLake } from './query-failure.ts'

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return { ...fs, readdirSync: vi.fn(fs.readdirSync) }
})
afterEach(() => {
  vi.mocked(readdirSync).mockReset()
})

const NAME = lakeFileName(0, 9)
const DAYS = ['2026-11-25', '2026-11-26']

function lakeOfTwoDays(): string {
  const lake = temporaryDirectory()
  for (const day of DAYS) {
    const path = join(lake, 'orders', dayFolder(day))
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, NAME), '')
  }
  return lake
}

/** Removes the folder with this ending after its name was read, before it is read itself. */
async function removedMeanwhile(ending: string): Promise<void> {
  const fs = await vi.importActual<typeof import('node:fs')>('node:fs')
  vi.mocked(readdirSync).mockImplementation(((path: string) => {
    if (path.endsWith(ending)) rmSync(path, { recursive: true })
    return fs.readdirSync(path)
  }) as typeof readdirSync)
}

test('a day that is removed meanwhile takes only its own files away', async () => {
  const lake = lakeOfTwoDays()
  await removedMeanwhile('day=25')
  const { root, tables } = readLakeFolder(lake)
  expect(tables.orders.paths).toEqual([join(root, 'orders', dayFolder(DAYS[1]), NAME)])
  expect(tables.trades.paths).toEqual([])
})

test('a lake that is taken away meanwhile is not an empty one', async () => {
  const lake = lakeOfTwoDays()
  await removedMeanwhile('month=11')
  expect(() => readLakeFolder(lake)).toThrow(UnreadableLake)
})

test.each([
  '{',
  'null',
  '[]',
  '{}',
  '{"version":2,"position":null,"events":{}}',
  '{"version":2,"position":"x","events":{}}',
])('a lake with %s as lake.json is damaged, not empty', (stored) => {
  const lake = lakeOfTwoDays()
  writeFileSync(join(lake, 'lake.json'), stored)
  expect(() => readLakeFolder(lake)).toThrow(/cannot be read: lake\.json is damaged/)
})

test('a lake of a newer program is refused', () => {
  const lake = lakeOfTwoDays()
  writeFileSync(join(lake, 'lake.json'), '{"version":3,"position":"0000000000000009","events":{}}')
  expect(() => readLakeFolder(lake)).toThrow(UnreadableLake)
  expect(() => readLakeFolder(lake)).toThrow(/3/)
})

test('a folder above the lake that looks like a partition is refused, because it would change the days', () => {
  const lake = join(temporaryDirectory(), 'year=2020', 'lake')
  mkdirSync(lake, { recursive: true })
  expect(() => readLakeFolder(lake)).toThrow(/a folder above it is named year=/)
})
