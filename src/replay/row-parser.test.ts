import { expect, test } from 'vitest'
import { LINE_BYTES_MAX, RowParser } from './row-parser.ts'
import type { VenueRow } from './venue-row.ts'

const HEADER = 'id,timestamp,exchange.timestamp,price,volume,action,direction'
const ROW = '65595247,1430438404518,1430438404000,236.47,200000000,created,bid'

/** The rows of a text that is parsed in chunks of `chunkBytes`. */
function parse(text: string, chunkBytes = text.length): VenueRow[] {
  const parser = new RowParser()
  const bytes = Buffer.from(text)
  for (let i = 0; i < bytes.length; i += chunkBytes) parser.push(bytes.subarray(i, i + chunkBytes))
  return [...parser.end().inTimeOrder()]
}

const row: VenueRow = {
  line: 2,
  id: '65595247',
  timestampMs: 1430438404518,
  price: '236.47',
  volume: 200000000,
  action: 'created',
  side: 'BUY',
}

test('reads a row', () => {
  expect(parse(`${HEADER}\n${ROW}\n`)).toEqual([row])
})

test.each([
  ['no newline at the end', `${HEADER}\n${ROW}`],
  ['carriage returns', `${HEADER}\r\n${ROW}\r\n`],
  ['blank lines at the end', `${HEADER}\n${ROW}\n\n\r\n`],
  ['a byte order mark', `\ufeff${HEADER}\n${ROW}\n`],
  [
    'another order of columns, and more of them',
    'direction,note,volume,price,timestamp,action,id\nbid,x,200000000,236.47,1430438404518,created,65595247',
  ],
])('takes %s', (_, text) => {
  expect(parse(text)).toEqual([row])
})

test('chunks may end anywhere', () => {
  const text = `${HEADER}\n${ROW}\n${ROW.replace('bid', 'ask')}\n`
  for (let bytes = 1; bytes < text.length; bytes++) expect(parse(text, bytes)).toEqual(parse(text))
})

test('a header without rows is an empty feed', () => {
  expect(parse(HEADER)).toEqual([])
})

test('rows are sorted by timestamp; rows of one millisecond keep the order of the file', () => {
  const lines = [30, 10, 20, 10, 30, 20].map((ms, i) => `${i},${ms},0,1,1,created,bid`)
  expect(parse([HEADER, ...lines].join('\n')).map((one) => [one.timestampMs, one.id, one.line])).toEqual([
    [10, '1', 3],
    [10, '3', 5],
    [20, '2', 4],
    [20, '5', 7],
    [30, '0', 2],
    [30, '4', 6],
  ])
})

test('a feed larger than the first columns keeps every row', () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `${i},${5_000 - i},0,${i % 7}.5,${i},changed,ask`)
  const rows = parse([HEADER, ...lines].join('\n'), 1_000)
  expect(rows).toHaveLength(5_000)
  for (const [i, one] of rows.entries()) {
    const made = 4_999 - i
    expect(one).toEqual({
      line: made + 2,
      id: String(made),
      timestampMs: 5_000 - made,
      price: `${made % 7}.5`,
      volume: made,
      action: 'changed',
      side: 'SELL',
    })
  }
})

const withField = (place: number, text: string) => ROW.split(',').with(place, text).join(',')

test.each([
  ['', 'the input is empty'],
  [`time,price\n${ROW}`, 'line 1: the header has no column "id" (it is "time,price")'],
  [`${HEADER},price\n`, 'line 1: the header has "price" twice'],
  [ROW, 'line 1: the header has no column "id"'],
  [`${HEADER}\n${ROW}\n${ROW},`, 'line 3: 8 fields, the header has 7'],
  [`${HEADER}\n${ROW}\n65595247,14304384`, 'line 3: 2 fields, the header has 7'],
  [`${HEADER}\n${ROW}\n\n${ROW}\n`, 'line 3: blank line between rows'],
  [`${HEADER}\n${withField(0, '')}`, 'line 2: id "" is no order id'],
  [`${HEADER}\n${withField(0, 'a b')}`, 'line 2: id "a b" is no order id'],
  [`${HEADER}\n${withField(1, '')}`, 'line 2: timestamp "" is no integer up to 2^53-1'],
  [`${HEADER}\n${withField(1, '1.5')}`, 'line 2: timestamp "1.5" is no integer'],
  [`${HEADER}\n${withField(4, '-1')}`, 'line 2: volume "-1" is no integer'],
  [`${HEADER}\n${withField(4, '1e8')}`, 'line 2: volume "1e8" is no integer'],
  [`${HEADER}\n${withField(4, '9007199254740992')}`, 'line 2: volume "9007199254740992" is no integer up to 2^53-1'],
  [`${HEADER}\n${withField(4, '9'.repeat(400))}`, `line 2: volume "${'9'.repeat(40)}…" is no integer`],
  [`${HEADER}\n${withField(3, '236,47')}`, 'line 2: 8 fields'],
  [`${HEADER}\n${withField(3, '-50.25')}`, 'line 2: price "-50.25" is negative; the exchange has no negative prices'],
  [`${HEADER}\n${withField(3, '-1e3')}`, 'line 2: price "-1e3" is no decimal'],
  [`${HEADER}\n${withField(3, 'NaN')}`, 'line 2: price "NaN" is no decimal'],
  [`${HEADER}\n${withField(5, 'Created')}`, 'line 2: action "Created" is none of created, changed, deleted'],
  [`${HEADER}\n${withField(6, 'buy')}`, 'line 2: direction "buy" is not bid or ask'],
  [`${HEADER}\n${'x'.repeat(LINE_BYTES_MAX + 1)}\n`, `line 2: longer than ${LINE_BYTES_MAX} bytes`],
  [`${HEADER}\n${'x'.repeat(2 * LINE_BYTES_MAX)}`, `line 2: longer than ${LINE_BYTES_MAX} bytes`],
])('refuses %j', (text, message) => {
  expect(() => parse(text)).toThrow(message)
  expect(() => parse(text, 1_000)).toThrow(message)
})

test('the largest volume is exact', () => {
  expect(parse(`${HEADER}\n${withField(4, '9007199254740991')}`)[0].volume).toBe(Number.MAX_SAFE_INTEGER)
})
