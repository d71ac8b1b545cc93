/**
 * Appends lines to a stream, in as few records as their size allows, one after the other. Each put has the
 * sequence number of the one before, because otherwise Kinesis does not guarantee the order. A put that failed
 * without a clear refusal may have been done. It is repeated only with lines that are marked as copies, or if a
 * second delivery does no harm.
 */

import { type KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis'
import type { Position } from '../../ports/order-stream.ts'
import { ANSWERING, type Backoff, delay, faultOf, operationalFailure, PUBLISHING } from './backoff.ts'
import { positionOf } from './kinesis-positions.ts'

/** A record may have 1 MiB with its key; an invocation takes 6 MB of them in base64. */
export const RECORD_BYTES_MAX = 900_000

export interface AppendOptions {
  readonly backoff?: Backoff
  /**
   * Returns the lines for an attempt after one that may have been done. undefined: no further attempt. If the
   * function is absent, the same lines are sent.
   */
  readonly again?: (lines: readonly string[]) => readonly string[] | undefined
}

export class KinesisWriter {
  private readonly client: KinesisClient
  private readonly stream: string

  constructor(client: KinesisClient, stream: string) {
    this.client = client
    this.stream = stream
  }

  /** Returns the position of the last record. Throws OperationalFailure; the first records may then be written. */
  async append(key: string, lines: readonly string[], options: AppendOptions = {}): Promise<Position> {
    let previous: string | undefined
    const { again, ...rest } = options
    for (const record of recordsOf(lines)) {
      const marked = again && (() => dataOf(again(record)))
      previous = await this.put(key, textOf(record), previous, { ...rest, ...(marked && { again: marked }) })
    }
    return positionOf(previous ?? '')
  }

  /** Appends records that are no lines. A second delivery of one must do no harm. Throws as `append`. */
  async appendRecords(key: string, records: readonly Uint8Array[], backoff: Backoff): Promise<void> {
    let previous: string | undefined
    for (const record of records) previous = await this.put(key, record, previous, { backoff })
  }

  private async put(
    key: string,
    record: Uint8Array,
    previous: string | undefined,
    { backoff = ANSWERING, again }: PutOptions,
  ): Promise<string> {
    let data = record
    for (let count = 1; ; count++) {
      const command = new PutRecordCommand({
        StreamName: this.stream,
        PartitionKey: key,
        Data: data,
        ...(previous !== undefined && { SequenceNumberForOrdering: previous }),
      })
      try {
        return (await this.client.send(command)).SequenceNumber as string
      } catch (cause) {
        const fault = faultOf(cause)
        if (fault === 'ours') throw cause
        if (fault === 'uncertain' && again !== undefined) {
          const marked = again()
          if (marked === undefined) throw operationalFailure(`PutRecord to ${this.stream}`, cause)
          data = marked
        }
        if (fault === 'refused' || count >= backoff.attempts) {
          throw operationalFailure(`PutRecord to ${this.stream}`, cause)
        }
        await delay(Math.random() * Math.min(backoff.delayMaxMs, backoff.firstDelayMs * 2 ** (count - 1)))
      }
    }
  }
}

interface PutOptions {
  readonly backoff?: Backoff
  readonly again?: () => Uint8Array | undefined
}

const textOf = (lines: readonly string[]): Uint8Array => Buffer.from(`${lines.join('\n')}\n`)
const dataOf = (lines: readonly string[] | undefined): Uint8Array | undefined => lines && textOf(lines)

/** Joins consecutive lines up to the size of a record. */
function recordsOf(lines: readonly string[]): string[][] {
  const records: string[][] = []
  let room = 0
  for (const line of lines) {
    // Leaves room for the mark of a copy.
    const bytes = Buffer.byteLength(line) + 20
    if (bytes > room) {
      records.push([])
      room = RECORD_BYTES_MAX
    }
    records[records.length - 1].push(line)
    room -= bytes
  }
  return records
}

/** The trade stream. Readers recognize a copy by its trade id, so lines need no mark. */
export class KinesisTradeStream {
  private readonly writer: KinesisWriter

  constructor(writer: KinesisWriter) {
    this.writer = writer
  }

  async append(symbol: string, lines: readonly string[]): Promise<void> {
    await this.writer.append(symbol, lines, { backoff: PUBLISHING })
  }
}
