/** Files are joined without decoding their rows: every value and every statistic stays as it was. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import { recordsFrom, rowKeys, runLake } from '../../../../test/lake/lake-log.ts'
import { lakeFiles, lakeKeys, lakeRows, sql } from '../../../../test/lake/lake-reader.ts'
import { DamagedLake } from '../../../lake/lake-position.ts'
import { readThrift, writeThrift } from '../../../lake/thrift-compact.ts'
import { joinFiles } from './joined-files.ts'

const DAY = Date.UTC(2026, 10, 26)
const records = recordsFrom(DAY, 40, 60_000)

/** A lake in many small files. */
function inParts(): string {
  const root = join(temporaryDirectory(), 'lake')
  runLake({ root, records, flushEvery: 4, fileRows: 1, joinedFiles: 1_000 })
  return root
}

const footerOf = (file: Uint8Array) => {
  const length = new DataView(file.buffer, file.byteOffset + file.length - 8).getUint32(0, true)
  return file.subarray(file.length - 8 - length, file.length - 8)
}

test('a footer that is read and written again has the same bytes', () => {
  for (const path of lakeFiles(inParts(), 'orders')) {
    const footer = footerOf(readFileSync(path))
    expect(writeThrift(readThrift(footer))).toEqual(Uint8Array.from(footer))
  }
})

test('the joined file has the rows, groups and statistics of all files, and answers with its bounds', async () => {
  const parts = inParts()
  const whole = join(temporaryDirectory(), 'lake')
  runLake({ root: whole, records, flushEvery: 4, fileRows: 1, joinedFiles: 3 })
  expect(lakeFiles(parts, 'orders').length).toBe(10)
  const [joined] = lakeFiles(whole, 'orders')
  expect(lakeFiles(whole, 'orders').length).toBeLessThan(4)
  expect(await lakeKeys(whole)).toEqual(rowKeys(records))
  for (const table of ['orders', 'trades'] as const) {
    const text = 'COLUMNS(*)::VARCHAR'
    expect(await lakeRows(whole, table, text)).toEqual(await lakeRows(parts, table, text))
  }
  const statistics = (paths: string[]) =>
    sql(`SELECT path_in_schema, stats_min_value, stats_max_value, stats_null_count, num_values
         FROM parquet_metadata([${paths.map((path) => `'${path}'`).join(', ')}]) ORDER BY ALL`)
  expect(await statistics(lakeFiles(whole, 'orders'))).toEqual(await statistics(lakeFiles(parts, 'orders')))
  const [{ groups }] = await sql(
    `SELECT count(DISTINCT row_group_id)::INT AS groups FROM parquet_metadata('${joined}')`,
  )
  expect(groups).toBeGreaterThan(2)
  // Groups are left out by their bounds.
  const [{ count }] = await sql(`SELECT count(*)::INT AS count FROM '${joined}' WHERE eventnumber <= 3`)
  const [{ all }] = await sql(`SELECT count_if(eventnumber <= 3)::INT AS all FROM '${joined}'`)
  expect(count).toBe(all)
})

test('files with different columns stay apart, and a damaged one is named', async () => {
  const root = inParts()
  const [orders] = lakeFiles(root, 'orders')
  const [trades] = lakeFiles(root, 'trades')
  const never = () => expect.fail('written')
  expect(joinFiles([orders, trades], never)).toBe(false)
  const folder = temporaryDirectory()
  mkdirSync(folder, { recursive: true })
  const cut = join(folder, 'cut.parquet')
  const bytes = readFileSync(orders)
  for (const damaged of [bytes.subarray(0, bytes.length - 3), bytes.subarray(0, 20), withoutFooter(bytes)]) {
    writeFileSync(cut, damaged)
    expect(() => joinFiles([orders, cut], never)).toThrow(DamagedLake)
  }
})

/** The length of the footer is right, and the footer is not. */
function withoutFooter(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  footerOf(copy).fill(0xff)
  return copy
}
