/** Which files of a lake a query reads, and that each row counts once. */

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayFolder, lakeFileName } from '../../src/lake/lake-files.ts'
import { encodePosition, LAKE_POSITION } from '../../src/lake/lake-position.ts'
import { LakeSession } from '../../src/lake-query/lake-session.ts'
import { UnreadableLake } from '../../src/lake-query/query-failure.ts'
import { randomHistory } from '../contracts/random-history.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { OPTIONS, queryIn, queryLake } from './query-lake.ts'
import { writeLake } from './sample-lake.ts'

/** A history with orders of both symbols and trades. */
const HISTORY = fc.sample(randomHistory, { numRuns: 50, seed: 3 }).reduce((a, b) => (a.length > b.length ? a : b))
const KEYS = 'SELECT symbol, eventnumber FROM orders ORDER BY ALL; SELECT tradeid, eventnumber FROM trades ORDER BY ALL'

const lakeOf = (options = {}): string => {
  const lake = temporaryDirectory()
  writeLake(lake, HISTORY, options)
  return lake
}

test('the rows do not depend on how they are divided into files', async () => {
  const whole = await queryLake(lakeOf(), KEYS)
  expect(whole.map((rows) => rows.length > 5)).toEqual([true, true])
  expect(await queryLake(lakeOf({ flushEvery: 7 }), KEYS)).toEqual(whole)
})

test('superseded files are not read', async () => {
  const lake = lakeOf({ flushEvery: 7 })
  writeLake(lake, HISTORY)
  expect(await queryLake(lake, KEYS)).toEqual(await queryLake(lakeOf(), KEYS))
})

test('files behind the position of lake.json are not read', async () => {
  const lake = lakeOf({ flushEvery: 20 })
  const position = String(40).padStart(16, '0')
  writeFileSync(join(lake, LAKE_POSITION), encodePosition({ position, timestampMs: 0, events: new Map() }))
  const first = temporaryDirectory()
  writeLake(first, HISTORY.slice(0, 40))
  expect(await queryLake(lake, KEYS)).toEqual(await queryLake(first, KEYS))
})

test('files of another writer may repeat rows; each key counts once', async () => {
  let files = 0
  const lake = lakeOf({ flushEvery: 9, nameOf: () => `exchange-orders-1-${++files}.parquet` })
  writeLake(lake, HISTORY, { flushEvery: 30, nameOf: () => `again-${++files}.parquet` })
  expect(await queryLake(lake, KEYS)).toEqual(await queryLake(lakeOf(), KEYS))
})

test('unfinished and unknown files are ignored', async () => {
  const lake = lakeOf()
  const day = join(lake, 'trades', dayFolder('1970-01-01'))
  writeFileSync(join(day, `${lakeFileName(0, 99)}.part`), 'half a file')
  writeFileSync(join(day, '.hidden.parquet'), '')
  mkdirSync(join(lake, 'trades', 'other'))
  writeFileSync(join(lake, 'trades', 'other', 'a.parquet'), '')
  expect(await queryLake(lake, KEYS)).toEqual(await queryLake(lakeOf(), KEYS))
})

test('a file that is deleted after the list was made: the query runs on a new list', async () => {
  const lake = lakeOf({ flushEvery: 7 })
  const session = await LakeSession.open({ lake, ...OPTIONS })
  try {
    writeLake(lake, HISTORY)
    const whole = lakeFileName(0, HISTORY.length)
    for (const name of readdirSync(lake, { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.parquet') && !name.endsWith(whole)) rmSync(join(lake, name))
    }
    expect(await queryIn(session, KEYS)).toEqual(await queryLake(lakeOf(), KEYS))
  } finally {
    session.close()
  }
})

describe('a folder that cannot be read', () => {
  test.each([
    ['/nowhere/lake', /there is no such folder: give the data directory/],
    ['/etc/passwd', /it is not a folder/],
  ])('%s', async (lake, message) => {
    const failure = await LakeSession.open({ lake, ...OPTIONS }).catch((cause) => cause)
    expect(failure).toBeInstanceOf(UnreadableLake)
    expect(failure.message).toMatch(message)
    expect(failure.message).not.toMatch(/\n/)
  })

  test('a damaged file is named', async () => {
    const lake = lakeOf()
    const name = join('trades', dayFolder('1970-01-01'), lakeFileName(200, 300))
    writeFileSync(join(lake, name), 'no Parquet')
    await expect(queryLake(lake, KEYS)).rejects.toThrow(name)
  })
})
