/** Files are joined only if their copy leaves the order log its room. */

import { readdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import { recordsFrom, runLake } from '../../../../test/lake/lake-log.ts'
import { LAKE_DISK_KEPT_BYTES } from '../../../protocol/limits.ts'
import { joinDay } from './joined-day.ts'

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return { ...fs, statfsSync: vi.fn(fs.statfsSync) }
})
afterEach(() => {
  vi.mocked(statfsSync).mockReset()
})

/** A disk of a terabyte, so that the order log keeps {@link LAKE_DISK_KEPT_BYTES}. */
const freeBytes = (bytes: number) =>
  vi.mocked(statfsSync).mockReturnValue({ bsize: 1, blocks: 1e12, bavail: bytes } as never)

test('files whose copy would take the room of the order log are not joined', () => {
  const root = join(temporaryDirectory(), 'lake')
  const records = recordsFrom(Date.UTC(2026, 10, 26), 12, 60_000)
  const folder = runLake({ root, records, flushEvery: 3, fileRows: 1, joinedFiles: 1_000 })
  const [day] = folder.days()
  const before = readdirSync(day.path)
  const needed = day.files.reduce((sum, { bytes }) => sum + bytes, 0)
  expect(day.files.length).toBe(4)
  freeBytes(LAKE_DISK_KEPT_BYTES + needed - 1)
  expect(joinDay(folder, day, 2)).toBe('nothing')
  expect(readdirSync(day.path)).toEqual(before)
  freeBytes(LAKE_DISK_KEPT_BYTES + needed)
  expect(joinDay(folder, day, 2)).toBe('joined')
})
