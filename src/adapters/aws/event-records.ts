/**
 * The records of the stream of events, whose partition key is the symbol. A record is a batch of the feed
 * (protocol/event/feed-format.ts), or one line of JSON that asks for a snapshot of a topic at this place of the
 * stream, or for what is late. All events of a symbol are in the stream, in order and numbered without gaps. The events
 * of a record are of one UTC day, which is their folder in the lake. A record may be delivered twice, and two records
 * may have the same events.
 *
 * A record that this program cannot read is not an error here: its symbol is known from the key. Stored market data
 * is healed from the table of trades, and followers get a snapshot.
 */

import type { EventRecord, JoinRecord, SymbolEvents, WakeRecord } from '../../ports/event-record.ts'
import type { LatePush } from '../../ports/late-pushes.ts'
import { topicKey, topicOf } from '../../ports/market-feed.ts'
import { batchParts } from '../../protocol/event/batch-parts.ts'
import { EventFeedReader } from '../../protocol/event/event-feed-reader.ts'
import { NotAFeed } from '../../protocol/event/feed-faults.ts'
import type { TradeRecord } from '../../protocol/records.ts'
import { tradeRecord } from '../../protocol/trade-record.ts'

const BRACE = '{'.charCodeAt(0)
const utf8 = new TextEncoder()
const fromUtf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Kinesis accepts 1 MiB. The lake needs less: the answer of its function has at most 6 MB, and contains the rows as
 * JSON in base64 (lake-delivery.ts has the arithmetic). Kinesis bills each 25 KB, so smaller records cost nothing more.
 */
export const EVENT_RECORD_BYTES_MAX = 200_000

const DAY_MS = 86_400_000

/** The records of a batch of one symbol, in order. */
export const eventRecords = (batch: Uint8Array): Uint8Array[] => batchParts(batch, EVENT_RECORD_BYTES_MAX, DAY_MS)

export const joinRecord = ({ symbol, connectionId, topic }: Omit<JoinRecord, 'kind'>): Uint8Array =>
  utf8.encode(`${JSON.stringify({ join: { symbol, connectionId, topic } })}\n`)

/** A join of nobody. A program that knows no such record pushes what is late of the symbol all the same. */
export const wakeRecord = ({ symbol, account }: LatePush): Uint8Array =>
  joinRecord({ symbol, connectionId: '', topic: account === undefined ? '' : topicKey({ channel: 'orders', account }) })

/** `symbol`: the partition key of the record. */
export function readEventRecord(symbol: string, data: Uint8Array): EventRecord {
  try {
    return data[0] === BRACE ? joinIn(symbol, data) : eventsIn(symbol, data)
  } catch (cause) {
    return { kind: 'unreadable', symbol, cause }
  }
}

function joinIn(symbol: string, data: Uint8Array): JoinRecord | WakeRecord {
  const { join } = JSON.parse(fromUtf8.decode(data))
  const { connectionId, topic } = join
  if (join.symbol !== symbol || typeof connectionId !== 'string' || typeof topic !== 'string') {
    throw new RangeError('a line without symbol, connection and topic')
  }
  if (connectionId !== '') return { kind: 'join', symbol, connectionId, topic }
  const late = topicOf(topic)
  return { kind: 'wake', symbol, ...(late?.channel === 'orders' && { account: late.account }) }
}

function eventsIn(symbol: string, batch: Uint8Array): SymbolEvents {
  const event = new EventFeedReader(batch)
  const trades: TradeRecord[] = []
  let firstEvent = 0
  let lastEvent = 0
  while (event.next()) {
    if (event.symbol !== symbol) throw new NotAFeed(`an event of ${event.symbol} in a record of ${symbol}`)
    if (firstEvent === 0) firstEvent = event.number
    else if (event.number !== lastEvent + 1) throw new NotAFeed('the numbers of the events have a gap')
    lastEvent = event.number
    if (event.kind === 'TradeExecuted') trades.push(tradeRecord(event))
  }
  if (firstEvent === 0) throw new NotAFeed('a batch without events')
  return { kind: 'events', symbol, firstEvent, lastEvent, batch, trades }
}
