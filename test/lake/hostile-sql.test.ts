/** SQL that would write, read other files, load code or take the machine: each gets an error, and nothing changes. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { LakeSession } from '../../src/lake-query/lake-session.ts'
import { SQL_STATEMENTS_MAX, SQL_TEXT_BYTES_MAX } from '../../src/protocol/limits.ts'
import { randomHistory } from '../contracts/random-history.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { digestOf } from '../e2e/directory-digest.ts'
import { OPTIONS, queryIn } from './query-lake.ts'
import { writeLake } from './sample-lake.ts'

/** The folder around the lake, with a file beside it that no query may see. */
let around: string
let lake: string
let before: Record<string, string>
let session: LakeSession

beforeAll(async () => {
  around = mkdtempSync(join(tmpdir(), 'exchange-test-'))
  lake = join(around, 'lake')
  mkdirSync(lake)
  writeFileSync(join(around, 'secret.csv'), 'secret\n')
  writeLake(lake, fc.sample(randomHistory, { numRuns: 1, seed: 7 })[0])
  before = digestOf(around)
  session = await LakeSession.open({ lake, ...OPTIONS })
})

afterEach(async () => {
  // What was refused has not closed the lake for the next query.
  expect(await queryIn(session, 'SELECT 1 AS one')).toEqual([[{ one: 1 }]])
  expect(digestOf(around)).toEqual(before)
})

afterAll(() => {
  session.close()
  rmSync(around, { recursive: true, force: true })
})

const run = (sql: string, seconds?: number) =>
  queryIn(session, sql.replaceAll('$LAKE', lake).replaceAll('$AROUND', around), seconds)

describe('statements that do not read are refused', () => {
  test.each([
    ["COPY (SELECT 1) TO '$LAKE/evil.csv'", /COPY is refused/],
    ["COPY trades TO '$LAKE/orders' (FORMAT parquet, PARTITION_BY (symbol), OVERWRITE)", /COPY is refused/],
    ["-- comment\n/* another */ COPY trades TO '$AROUND/evil.csv'", /COPY is refused/],
    ["SELECT 1; COPY (SELECT 1) TO '$LAKE/evil.csv'", /one of the statements is refused/],
    ["EXPLAIN ANALYZE COPY (SELECT 1) TO '$LAKE/evil.csv'", /EXPLAIN is refused/],
    ["EXPORT DATABASE '$LAKE/evil'", /EXPORT is refused/],
    ["IMPORT DATABASE '$LAKE/evil'", /IMPORT is refused/],
    ["ATTACH '$LAKE/evil.db'", /ATTACH is refused/],
    ["ATTACH ':memory:' AS other", /ATTACH is refused/],
    ['DETACH memory', /DETACH is refused/],
    ['INSTALL httpfs', /INSTALL is refused/],
    ["LOAD '$LAKE/evil.duckdb_extension'", /LOAD is refused/],
    ["SET memory_limit = '1TB'", /SET is refused/],
    ['SET lock_configuration = false', /SET is refused/],
    ['RESET memory_limit', /RESET is refused/],
    ['PRAGMA threads = 99', /PRAGMA is refused/],
    ["PRAGMA enable_profiling = 'json'", /PRAGMA is refused/],
    ["CALL enable_logging(storage_path = '$LAKE/evil')", /CALL is refused/],
    ['CREATE TABLE evil AS SELECT 1', /CREATE is refused/],
    ['CREATE OR REPLACE VIEW trades AS SELECT 1', /CREATE is refused/],
    ['CREATE PERSISTENT SECRET evil (TYPE http)', /CREATE is refused/],
    ['DROP VIEW trades', /DROP is refused/],
    ["INSERT INTO trades VALUES ('x')", /INSERT is refused/],
    ['DELETE FROM trades', /DELETE is refused/],
    ["UPDATE trades SET symbol = 'x'", /UPDATE is refused/],
    ['PREPARE evil AS SELECT 1', /PREPARE is refused/],
    ['BEGIN', /BEGIN is refused/],
    ['CHECKPOINT', /CHECKPOINT is refused/],
    ['VACUUM', /VACUUM is refused/],
    ['USE main', /USE is refused/],
    ['PIVOT trades ON symbol', /PIVOT needs IN/],
  ])('%s', async (sql, message) => {
    await expect(run(sql)).rejects.toThrow(message)
  })
})

describe('functions that write, or that run other statements, are refused', () => {
  test.each([
    "SELECT * FROM enable_logging('QueryLog', storage = 'file', storage_path = '$LAKE/evil')",
    "SELECT (SELECT 1 FROM ENABLE_LOGGING(storage_path = '$LAKE/evil')) FROM range(3)",
    "WITH a AS (FROM system.main.enable_logging(storage_path = '$LAKE/evil')) SELECT * FROM a",
    "SELECT * FROM enable_profiling(save_location = '$LAKE/evil.json')",
    "SELECT * FROM query('SELECT * FROM enable_logging()')",
    "SELECT * FROM query_table('trades')",
    "SELECT * FROM json_execute_serialized_sql('{}')",
    'SELECT * FROM force_checkpoint()',
  ])('%s', async (sql) => {
    await expect(run(sql)).rejects.toThrow(/the function [a-z_]+ is refused/)
  })
})

describe('other files cannot be read', () => {
  test.each([
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM '$AROUND/secret.csv'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('$AROUND/secret.csv')",
    "SELECT * FROM read_blob('$LAKE/../secret.csv')",
    "SELECT * FROM read_json('$AROUND/secret.csv')",
    "SELECT * FROM read_parquet('$AROUND/secret.csv')",
    "SELECT * FROM read_parquet('$LAKE/../secret.csv')",
    "SELECT * FROM parquet_schema('$AROUND/secret.csv')",
    "SELECT * FROM glob('$AROUND/*')",
    "SELECT * FROM glob('$LAKE/../*')",
    "SELECT * FROM read_parquet('https://example.com/x.parquet')",
    "SELECT getenv('HOME')",
  ])('%s', async (sql) => {
    await expect(run(sql)).rejects.toThrow(/refused|disabled by configuration|does not exist|file system/)
  })
})

describe('what takes too much ends', () => {
  test('endless recursion ends with its time', async () => {
    const endless = 'WITH RECURSIVE t AS (SELECT 1::BIGINT AS a UNION ALL SELECT a + 1 FROM t) SELECT COUNT(*) FROM t'
    await expect(run(endless, 1)).rejects.toThrow(/stopped after 1 s/)
  })

  test('more memory than allowed', async () => {
    const large = "SELECT list(repeat(md5(a.range::VARCHAR || 'x'), 100)) FROM range(10000000) AS a"
    await expect(run(large)).rejects.toThrow(/Out of Memory[\s\S]*--memory/)
  })

  test.each([
    ['brackets', `SELECT ${'('.repeat(50_000)}1${')'.repeat(50_000)}`],
    ['an expression', `SELECT ${'1+'.repeat(50_000)}1`],
    ['subqueries', `${'SELECT * FROM ('.repeat(20_000)}SELECT 1${')'.repeat(20_000)}`],
  ])('nesting of %s', async (_, sql) => {
    await expect(run(sql)).rejects.toThrow(/Parser Error|depth/)
  })

  test('a text or a number of statements above the limit', async () => {
    await expect(run(`SELECT '${'x'.repeat(SQL_TEXT_BYTES_MAX)}'`)).rejects.toThrow(/bytes/)
    await expect(run('SELECT 1;'.repeat(SQL_STATEMENTS_MAX + 1))).rejects.toThrow(/101 statements, and 100/)
    expect(await run('SELECT 1 AS a;'.repeat(SQL_STATEMENTS_MAX))).toHaveLength(SQL_STATEMENTS_MAX)
  })
})

test('a text runs all of its statements or none', async () => {
  expect(await run("SELECT ';' AS a -- ; no end\n; /* ; */ SELECT 2 AS b;; SELECT $$;$$ AS c;")).toEqual([
    [{ a: ';' }],
    [{ b: 2 }],
    [{ c: ';' }],
  ])
  await expect(run('SELECT 1; SELCT 2')).rejects.toThrow(/syntax error at or near "SELCT"/)
})

test('an error has the line and a marker below the position, also in a later statement', async () => {
  const failure = await run('SELECT 1;\nSELECT symbol,\n  foo FROM trades').catch((cause: Error) => cause.message)
  expect(failure).toMatch(/LINE 3: {3}foo FROM trades\n {10}\^/)
})

test('statements that read are not refused', async () => {
  for (const sql of [
    'DESCRIBE trades',
    'SUMMARIZE trades',
    'SHOW TABLES',
    'FROM orders',
    'VALUES (1)',
    'TABLE trades',
  ]) {
    await expect(run(sql)).resolves.toHaveLength(1)
  }
  await expect(run("PIVOT trades ON symbol IN ('BTCUSD') USING SUM(quantity)")).resolves.toHaveLength(1)
  await expect(
    run("SELECT * FROM read_parquet('$LAKE/*/*/*/*/*.parquet', union_by_name = true)"),
  ).resolves.toHaveLength(1)
})

test('a damaged file is named, with the remedy and without our own SQL', async () => {
  const own = mkdtempSync(join(tmpdir(), 'exchange-test-'))
  const day = join(own, 'trades', 'year=2026', 'month=11', 'day=26')
  mkdirSync(day, { recursive: true })
  writeFileSync(join(day, `${'0'.repeat(16)}-${'0'.repeat(15)}9.parquet`), 'no Parquet at all')
  const failure = await LakeSession.open({ lake: own, ...OPTIONS }).catch((cause: Error) => cause.message)
  rmSync(own, { recursive: true })
  expect(failure).toMatch(/^.*0009\.parquet'\nA file of the lake is damaged\..*$/)
})

test('temporary files are removed', async () => {
  // Other queries of this machine have theirs in the usual folder.
  const folder = temporaryDirectory()
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  const own = await LakeSession.open({ lake, ...OPTIONS })
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^exchange-query-/)])
  own.close()
  expect(readdirSync(folder)).toEqual([])
})
