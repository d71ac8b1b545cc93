/** Days that retention keeps, also after the clock was wrong. */

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import { recordsFrom, rowKeys, runLake } from '../../../../test/lake/lake-log.ts'
import { lakeKeys } from '../../../../test/lake/lake-reader.ts'
import type { StreamRecord } from '../../../ports/order-stream.ts'
import { oldestKept } from './lake-retention.ts'

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 10, 26)

test.each([
  [[], 3, ''],
  [['2026-11-26'], undefined, ''],
  [['2026-11-26'], 1, '2026-11-26'],
  [['2026-11-26', '2026-11-20', '2026-11-26'], 3, '2026-11-24'],
  [['2026-11-19', '2026-11-26'], 3, '2026-11-24'],
  [['2026-11-26', '2026-11-18'], 3, '2026-11-16'],
  [['2026-11-26', '2027-11-26', '2026-11-25'], 3, '2026-11-24'],
  [['2026-11-26', '2027-11-26', '2027-11-27'], 3, '2027-11-25'],
] as const)('of %j, %s days are kept from %s', (days, retentionDays, oldest) => {
  expect(oldestKept(days, retentionDays)).toBe(oldest)
})

/** Six records of a day each; from `at` on, the clock is a year ahead. */
const recordsWithStep = (at: number): StreamRecord[] =>
  recordsFrom(START, 6, DAY_MS).map((record, i) =>
    i < at ? record : { ...record, timestampMs: record.timestampMs + 365 * DAY_MS },
  )

test('the first day of a clock that has stepped ahead deletes no other day', async () => {
  const root = join(temporaryDirectory(), 'lake')
  const records = recordsWithStep(5)
  runLake({ root, records: records.slice(0, 5), flushEvery: 1 })
  runLake({ root, records, flushEvery: 1, retentionDays: 5 })
  expect(await lakeKeys(root)).toEqual(rowKeys(records))
})

test('once the days go on behind the gap, the old ones are deleted', async () => {
  const root = join(temporaryDirectory(), 'lake')
  const records = recordsWithStep(4)
  runLake({ root, records, flushEvery: 1, retentionDays: 5 })
  expect(await lakeKeys(root)).toEqual(rowKeys(records).filter((key) => key.includes(' 2027-')))
})
