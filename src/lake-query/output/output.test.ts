/** The three outputs: exact numbers, times in UTC, and nothing that could change a terminal. */

import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'
import { CsvOutput } from './csv-output.ts'
import { JsonOutput } from './json-output.ts'
import type { ResultRow, RowOutput, WriteText } from './row-output.ts'
import { TableOutput } from './table-output.ts'
import { cutTo, printable, widthOf } from './text-width.ts'

/** What an output prints for a statement. */
async function printed(sql: string, make: (write: WriteText) => RowOutput): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const result = await connection.runAndReadAll(sql)
  const unique = result.deduplicatedColumnNames()
  const columns = result.columnNames().map((name, i) => ({ name, uniqueName: unique[i], type: result.columnType(i) }))
  let text = ''
  const output = make(async (more) => {
    text += more
  })
  output.begin(columns)
  const rows: ResultRow[] = result.getRows()
  for (const row of rows) await output.rows([row])
  await output.end()
  connection.closeSync()
  instance.closeSync()
  return text
}
const table = (sql: string, width?: number) => printed(sql, (write) => new TableOutput(write, width))
const csv = (sql: string) => printed(sql, (write) => new CsvOutput(write))
const json = async (sql: string) => JSON.parse(await printed(sql, (write) => new JsonOutput(write)))

const PRICES = `SELECT * FROM (VALUES
  ('BTCUSD', 50000.25::DECIMAL(38, 12), 1, TIMESTAMP '2026-11-26 12:00:00.5'),
  ('ENERGY-DE', 61.5::DECIMAL(38, 12), 1200, NULL)) AS t(symbol, price, count, time)`

describe('table', () => {
  test('numbers are on the right, with equal decimals', async () => {
    expect(await table(PRICES)).toBe(
      `symbol     price     count  time
─────────  ────────  ─────  ────────────────────────
BTCUSD     50000.25      1  2026-11-26T12:00:00.500Z
ENERGY-DE     61.50   1200
`.replace('price     count', '   price  count'),
    )
  })

  test('long texts are cut to the terminal, numbers are not', async () => {
    const text = await table("SELECT repeat('x', 50) AS note, 1234567890123456789 AS number", 40)
    expect(text).toBe(`note                              number
───────────────────  ───────────────────
${'x'.repeat(18)}…  1234567890123456789
`)
  })

  test('what does not fit at all becomes a block for each row', async () => {
    const text = await table(
      'SELECT 1234567890123456789 AS first, 1234567890123456789 AS second_number, NULL AS none',
      40,
    )
    expect(text).toBe('── row 1 ──\nfirst          1234567890123456789\nsecond_number  1234567890123456789\nnone\n')
    expect(await table('SELECT 1234567890123456789 AS a_very_long_name, 2 AS another_name WHERE false', 20)).toBe(
      'a_very_long_name\nanother_name\n',
    )
  })

  test('control characters are shown and not sent to the terminal', async () => {
    expect(await table("SELECT 'a' || chr(27) || '[2J' || chr(10) || 'b' AS x")).toContain('a\\u001b[2J\\u000ab')
    expect(printable('\u202egnp')).toBe('\\u202egnp')
  })

  test('wide characters take two columns, marks none', () => {
    expect([widthOf('Zürich'), widthOf('日本'), widthOf('e\u0301'), widthOf('🏔️')]).toEqual([6, 4, 1, 1])
    expect(cutTo('日本語', 5)).toBe('日本…')
  })
})

describe('exact values', () => {
  const VALUES = `SELECT
    12345678901234567890123456.000000000001::DECIMAL(38, 12) AS decimal, -0.500::DECIMAL(9, 3) AS negative,
    100::DECIMAL(9, 2) AS hundred, 9007199254740993::BIGINT AS large, 42::BIGINT AS small, 0.1::DOUBLE AS double,
    'NaN'::DOUBLE AS nan, true AS flag, DATE '2026-11-26' AS day, TIMESTAMP '1969-12-31 23:59:59.999' AS before,
    TIMESTAMPTZ '2026-11-26 12:00:00+02' AS zoned, TIMESTAMP '2026-11-26 12:00:00.123456' AS micros,
    [1.50::DECIMAL(9, 2)] AS list, {'a': 1} AS struct, NULL AS none`

  test('json', async () => {
    expect(await json(VALUES)).toEqual([
      {
        decimal: '12345678901234567890123456.000000000001',
        negative: '-0.5',
        hundred: '100',
        large: '9007199254740993',
        small: 42,
        double: 0.1,
        nan: 'NaN',
        flag: true,
        day: '2026-11-26',
        before: '1969-12-31T23:59:59.999Z',
        zoned: '2026-11-26T10:00:00.000Z',
        micros: '2026-11-26T12:00:00.123456Z',
        list: ['1.5'],
        struct: { a: 1 },
        none: null,
      },
    ])
  })

  test('csv', async () => {
    const [names, values] = (await csv(VALUES)).split('\n')
    expect(names.split(',').slice(0, 4)).toEqual(['decimal', 'negative', 'hundred', 'large'])
    expect(values).toBe(
      '12345678901234567890123456.000000000001,-0.5,100,9007199254740993,42,0.1,NaN,true,2026-11-26,' +
        '1969-12-31T23:59:59.999Z,2026-11-26T10:00:00.000Z,2026-11-26T12:00:00.123456Z,"[""1.5""]","{""a"":1}",',
    )
  })
})

test('csv quotes what needs quotes, and tells an empty text from NULL', async () => {
  expect(await csv(`SELECT 'a,"b"' AS "x,y", '' AS empty, NULL AS none, 'two' || chr(10) || 'lines' AS text`)).toBe(
    '"x,y",empty,none,text\n"a,""b""","",,"two\nlines"\n',
  )
})

test('two columns of one name are both in the JSON', async () => {
  expect(await json('SELECT 1 AS a, 2 AS a')).toEqual([{ a: 1, 'a:1': 2 }])
})

test('without rows there are the names, or an empty array', async () => {
  expect(await csv('SELECT 1 AS a WHERE false')).toBe('a\n')
  expect(await json('SELECT 1 AS a WHERE false')).toEqual([])
  expect(await table('SELECT 1 AS a WHERE false')).toBe('a\n─\n')
})
