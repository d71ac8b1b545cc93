/**
 * The answer to Firehose's transformation: a result for each record, in the same order. Rows are delivered to the folder
 * of their day (dynamic partitioning), so all copies of an event lie in the same folder. A record that cannot be read
 * fails alone: Firehose writes it, as it came, under errors/.
 *
 * An answer has at most 6 MB (https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html), or the whole
 * invocation fails. infra/firehose.tf asks for 0.2 MB in an invocation, which Firehose may exceed by one record of at
 * most 200,000 bytes. A row takes at most 8 times the bytes of its event. In base64 that is
 * (209,716 + 200,000) × 8 × 4 / 3 = 4.4 MB. Records of KDS_Trades are not converted: (209,716 + 900,000) × 4 / 3 =
 * 1.5 MB. If the answer is full nevertheless, the rest of the records fail, and their bytes are not in the answer.
 */

import type { FirehoseTransformationEventRecord, FirehoseTransformationResultRecord } from 'aws-lambda'
import type { LakeRows, RowsOf } from './lake-rows.ts'

/**
 * Bytes of a row for each byte of its event. Names are in both. The shortest event has 61 bytes besides its names, and
 * its row about 300, most of them names of columns: 5 times as much. The rest is for longer values and new columns.
 */
export const ROW_GROWTH_MAX = 8
/** Bytes of an answer. 6 MB are 6,291,456. */
export const ANSWER_BYTES_MAX = 6_000_000
/** Of a result besides its id and data: names, punctuation and the keys of the partition. */
const RESULT_BYTES = 200

export interface RefusedRecord {
  readonly symbol: string
  readonly cause: unknown
}

export interface LakeDelivery {
  readonly records: FirehoseTransformationResultRecord[]
  readonly rows: number
  readonly refused: readonly RefusedRecord[]
}

/** The rows of each record, as `rowsOf` finds them. */
export function deliver(
  records: readonly FirehoseTransformationEventRecord[],
  rowsOf: (symbol: string, data: Uint8Array) => ReturnType<RowsOf>,
): LakeDelivery {
  const results: FirehoseTransformationResultRecord[] = []
  const refused: RefusedRecord[] = []
  let rows = 0
  let bytes = 0
  for (const { recordId, data, kinesisRecordMetadata } of records) {
    const symbol = kinesisRecordMetadata?.partitionKey ?? ''
    let result: FirehoseTransformationResultRecord
    try {
      const found = rowsOf(symbol, Buffer.from(data, 'base64'))
      result = found === undefined ? { recordId, result: 'Dropped', data: '' } : deliveredTo(recordId, found)
      if (bytes + bytesOf(result) > ANSWER_BYTES_MAX) throw new RangeError('the answer to Firehose is full')
      rows += found?.rows ?? 0
    } catch (cause) {
      refused.push({ symbol, cause })
      result = { recordId, result: 'ProcessingFailed', data: bytes + data.length > ANSWER_BYTES_MAX ? '' : data }
    }
    bytes += bytesOf(result)
    results.push(result)
  }
  return { records: results, rows, refused }
}

function deliveredTo(recordId: string, { day, lines }: LakeRows): FirehoseTransformationResultRecord {
  const [year = '', month = '', dayOfMonth = ''] = day.split('-')
  return {
    recordId,
    result: 'Ok',
    data: Buffer.from(lines).toString('base64'),
    metadata: { partitionKeys: { year, month, day: dayOfMonth } },
  }
}

const bytesOf = ({ recordId, data = '' }: FirehoseTransformationResultRecord): number =>
  RESULT_BYTES + recordId.length + data.length
