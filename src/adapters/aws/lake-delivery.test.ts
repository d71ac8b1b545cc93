/** The answer to Firehose: rows of orders and trades by their day, what fails, and that an answer is never too large. */

import type { FirehoseTransformationEventRecord } from 'aws-lambda'
import { expect, test } from 'vitest'
import { feedOf, tradeFeed } from '../../../test/contracts/sample-feed.ts'
import { INSTRUMENTS, tradeRecord } from '../../../test/contracts/sample-records.ts'
import type { EventCursor } from '../../protocol/event/event-cursor.ts'
import { BATCH_HEADER_BYTES } from '../../protocol/event/feed-format.ts'
import { type Instrument, parseInstrument } from '../../protocol/instrument/instrument.ts'
import { PRICE_TICKS_MAX, QUANTITY_LOTS_MAX } from '../../protocol/limits.ts'
import { EVENT_RECORD_BYTES_MAX, joinRecord, wakeRecord } from './event-records.ts'
import { KnownInstruments } from './known-instruments.ts'
import { ANSWER_BYTES_MAX, deliver, ROW_GROWTH_MAX } from './lake-delivery.ts'
import { type LakeRows, orderRows, type RowsOf, tradeRows } from './lake-rows.ts'
import { tradeLines } from './trade-lines.ts'

const BTCUSD = INSTRUMENTS.get('BTCUSD') as Instrument
const MIDNIGHT = Date.UTC(2026, 10, 27)

const sent = (data: Uint8Array | string, index = 0, partitionKey = 'BTCUSD'): FirehoseTransformationEventRecord => ({
  recordId: `record-${index}`,
  approximateArrivalTimestamp: MIDNIGHT,
  data: Buffer.from(data).toString('base64'),
  kinesisRecordMetadata: {
    shardId: 'shardId-000000000000',
    partitionKey,
    approximateArrivalTimestamp: MIDNIGHT,
    sequenceNumber: '1',
    subsequenceNumber: '0',
  },
})
const answered = (rowsOf: RowsOf, records: readonly FirehoseTransformationEventRecord[], instruments = INSTRUMENTS) =>
  deliver(records, (symbol, data) => rowsOf(symbol, data, instruments))
const linesOf = (data: string | undefined) => Buffer.from(data ?? '', 'base64').toString()

const accepted: Partial<EventCursor> = {
  kind: 'OrderAccepted',
  symbol: 'BTCUSD',
  number: 1,
  timestampMs: MIDNIGHT - 1,
  account: 'ann',
  orderId: 'o-1',
  price: 5_000_000,
  quantity: 150_000_000,
  handle: 1,
}
const traded: Partial<EventCursor> = { ...accepted, kind: 'TradeExecuted', number: 2, tradeNumber: 1 }
const canceled: Partial<EventCursor> = {
  ...accepted,
  kind: 'OrderCanceled',
  number: 3,
  reason: 'requested',
  sells: true,
}

test('events of orders become rows in the folder of their day; trades, operator events, joins and wakes have none', () => {
  const phase = { ...accepted, kind: 'PhaseChanged', number: 4, phase: 'HALTED', concernsSymbol: true } as const
  const { records, rows, refused } = answered(orderRows, [
    sent(feedOf([accepted, traded, canceled]) as Uint8Array),
    sent(feedOf([traded]) as Uint8Array, 1),
    sent(feedOf([phase]) as Uint8Array, 2),
    sent(joinRecord({ symbol: 'BTCUSD', connectionId: 'c', topic: 'ticker BTCUSD' }), 3),
    sent(wakeRecord({ symbol: 'BTCUSD' }), 4),
  ])
  expect(refused).toEqual([])
  expect(rows).toBe(2)
  expect(records.map(({ recordId, result }) => [recordId, result])).toEqual([
    ['record-0', 'Ok'],
    ['record-1', 'Dropped'],
    ['record-2', 'Dropped'],
    ['record-3', 'Dropped'],
    ['record-4', 'Dropped'],
  ])
  expect(records[0].metadata).toEqual({ partitionKeys: { year: '2026', month: '11', day: '26' } })
  const lines = linesOf(records[0].data)
  expect(lines.endsWith('}\n')).toBe(true)
  expect(
    lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { kind: 'ACCEPTED', orderid: 'o-1', price: '50000.00', quantity: '1.5', timestamp: MIDNIGHT - 1, eventnumber: 1 },
    { kind: 'CANCELED', remaining: '1.5', reason: 'requested', eventnumber: 3 },
  ])
})

test('the lines of trades pass as they are, in the folder of their day', () => {
  const batch = tradeFeed([tradeRecord(1, { timestampMs: MIDNIGHT - 1 }), tradeRecord(2, { timestampMs: MIDNIGHT })])
  const days = tradeLines(batch as Uint8Array, BTCUSD).map((lines) => `${lines.join('\n')}\n`)
  const { records, rows } = answered(
    tradeRows,
    days.map((lines, index) => sent(lines, index)),
  )
  expect(rows).toBe(2)
  expect(records.map(({ data }) => linesOf(data))).toEqual(days)
  expect(records.map(({ metadata }) => metadata?.partitionKeys.day)).toEqual(['26', '27'])
})

test('records that cannot be read, or whose instrument is not known, fail alone, with their bytes', () => {
  const newer = Buffer.from(feedOf([accepted]) as Uint8Array)
  newer.write('BXE9', 'latin1')
  const sentRecords = [
    sent(newer),
    sent(feedOf([{ ...accepted, symbol: 'NEWUSD' }]) as Uint8Array, 1, 'NEWUSD'),
    sent('{"tradeid":"BTCUSD-1"}\n', 2),
    sent(feedOf([accepted]) as Uint8Array, 3),
  ]
  const { records, rows, refused } = answered(orderRows, sentRecords)
  expect(records.map(({ result }) => result)).toEqual([
    'ProcessingFailed',
    'ProcessingFailed',
    'ProcessingFailed',
    'Ok',
  ])
  expect(records.slice(0, 3).map(({ data }) => data)).toEqual(sentRecords.slice(0, 3).map(({ data }) => data))
  expect(refused.map(({ symbol }) => symbol)).toEqual(['BTCUSD', 'NEWUSD', 'BTCUSD'])
  expect(rows).toBe(1)
  // A line of a program before the lake had rows of trades.
  const { records: old } = answered(tradeRows, [sent('{"tradeId":"BTCUSD-1","symbol":"BTCUSD","timestampMs":1}\n')])
  expect(old[0].result).toBe('ProcessingFailed')
})

test.each([
  ['OrderAccepted', undefined],
  ['OrderRejected', 'post_only_would_cross'],
  ['OrderAmended', undefined],
  ['OrderCanceled', 'immediate_or_cancel'],
  ['AmendRejected', 'quantity_not_above_filled'],
  ['CancelRejected', 'order_not_open'],
] as const)(
  'the longest row of the shortest %s is within the growth that the size of records allows for',
  (kind, reason) => {
    const step = '0.000000000001'
    const instrument = parseInstrument({ symbol: 'A', base: 'A', quote: 'B', tickSize: step, lotSize: step })
    const event: Partial<EventCursor> = {
      kind,
      reason,
      symbol: 'A',
      account: 'a',
      orderId: '1',
      price: PRICE_TICKS_MAX,
      quantity: QUANTITY_LOTS_MAX,
      open: QUANTITY_LOTS_MAX,
      timestampMs: MIDNIGHT - 1,
      number: Number.MAX_SAFE_INTEGER,
    }
    const batch = feedOf([event]) as Uint8Array
    const { lines } = orderRows('A', batch, new Map([['A', instrument]])) as LakeRows
    expect(lines.length / (batch.length - BATCH_HEADER_BYTES)).toBeLessThan(ROW_GROWTH_MAX)
  },
)

test('a full answer is at most 6 MB; what has no room fails', () => {
  const lines = 'x'.repeat(700_000)
  const records = Array.from({ length: 9 }, (_, index) => sent('y'.repeat(EVENT_RECORD_BYTES_MAX), index))
  const { records: results, refused } = deliver(records, () => ({ day: '2026-11-26', rows: 1, lines }))
  expect(results.map(({ recordId }) => recordId)).toEqual(records.map(({ recordId }) => recordId))
  expect(results.filter(({ result }) => result === 'Ok')).toHaveLength(6)
  expect(refused).toHaveLength(3)
  expect(JSON.stringify({ records: results }).length).toBeLessThan(ANSWER_BYTES_MAX)
})

test('the table of instruments is read once, and again for a symbol that is not known', async () => {
  let reads = 0
  const listed = [INSTRUMENTS.get('BTCUSD') as Instrument]
  const all = async () => {
    reads++
    return listed as never
  }
  const known = new KnownInstruments({ all })
  await known.find(['BTCUSD', 'BTCUSD'])
  await known.find(['BTCUSD'])
  expect([reads, known.get('BTCUSD')?.symbol]).toEqual([1, 'BTCUSD'])
  await known.find(['ETHUSD'])
  expect([reads, known.get('ETHUSD')]).toEqual([2, undefined])
})
