import type { KinesisStreamRecord } from 'aws-lambda'
import { expect, test } from 'vitest'
import { recordOf } from './kinesis-event.ts'

test('decodes the data of a record from base64 and its time from seconds', () => {
  const record = {
    kinesis: {
      partitionKey: 'BTCUSD',
      sequenceNumber: '49680464970782225082108965214450500181062943714838577154',
      data: Buffer.from('{"kind":"AdvanceTime"}\n').toString('base64'),
      approximateArrivalTimestamp: 1_795_366_567.181,
    },
  } as KinesisStreamRecord
  expect(recordOf(record)).toEqual({
    symbol: 'BTCUSD',
    position: '0000000049680464970782225082108965214450500181062943714838577154',
    timestampMs: 1_795_366_567_181,
    bytes: Buffer.from('{"kind":"AdvanceTime"}\n'),
  })
})
