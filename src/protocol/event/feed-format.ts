/**
 * The feed of events as bytes: the form in which events leave the thread or Lambda function that matched them. A
 * batch is decoded where it is used, through the same cursor interface that matching has (event-cursor.ts).
 *
 *   batch    u32 magic "BXE3", u32 bytes of the batch, this header included, u32 number of entries; the entries
 *   entry    u32 bytes of the entry, this word included
 *            u8  kind: place in EVENT_KINDS
 *            u8  flags: 1 the order sells, in a trade the aggressor; 2 priority kept, 4 maker filled, 8 taker filled
 *            u16 reason: place in EVENT_REASONS plus 1; 0 none
 *            f64 number
 *            f64 timestampMs
 *            f64 quantity
 *            i32 price
 *            i32 handle
 *            i32 taker handle of TradeExecuted, option bits of OrderAccepted and OrderRejected, price before an
 *                OrderAmended
 *            f64 trade number of TradeExecuted, open lots before an OrderAmended
 *            f64 open lots after an OrderAmended; no other kind has these 8 bytes
 *            texts: symbol, request id, account, order id, and of TradeExecuted the taker's account and order
 *            id; each a u8 length and so many Latin-1 characters
 *            the rest of the entry is JSON, in UTF-8: the fields that few events have
 *
 * Little-endian; the fixed part of an entry is 56 bytes. New kinds and reasons are added at the end of their lists
 * only. There is no reader of an older version: on one machine writer and reader are parts of one program, and on AWS
 * the readers of the stream of events treat a batch of another version as missing (adapters/aws/event-records.ts). A
 * consumer that needs stored batches must keep a reader from then on.
 */

import type { OperatorNote } from '../command/operator-commands.ts'
import type { TradingPhase } from '../command/trading-phases.ts'
import type { InstrumentText } from '../instrument/instrument.ts'
import type { EchoFields } from '../order/order-fields.ts'
import type { OrderExtras } from '../order/order-terms.ts'

/** "BXE" and the digit of the version. */
export const MAGIC = 0x33455842
export const FEED_VERSION = 3
export const BATCH_HEADER_BYTES = 12
export const LENGTH_AT = 4
export const COUNT_AT = 8

/** Bytes of the fixed part of an entry, and where its fields are. */
export const ENTRY_BYTES = 56
export const KIND_AT = 4
export const FLAGS_AT = 5
export const REASON_AT = 6
export const NUMBER_AT = 8
export const TIMESTAMP_AT = 16
export const QUANTITY_AT = 24
export const PRICE_AT = 32
export const HANDLE_AT = 36
export const TAKER_OR_OPTIONS_AT = 40
export const PRICE_BEFORE_AT = 40
export const TRADE_NUMBER_AT = 44
export const OPEN_BEFORE_AT = 44
/** The open lots after an amendment follow the fixed part. */
export const OPEN_AT = 56
export const OPEN_BYTES = 8
export const TEXT_BYTES_MAX = 255

/** Flags. */
export const SELLS = 1
export const PRIORITY_KEPT = 2
export const MAKER_FILLED = 4
export const TAKER_FILLED = 8

/** The fields that few events have. */
export interface RareFields {
  readonly extras?: OrderExtras
  readonly echo?: EchoFields
  readonly takerEcho?: EchoFields
  // Fields of events that concern a symbol:
  readonly note?: OperatorNote
  readonly phase?: TradingPhase
  readonly bandLow?: number
  readonly bandHigh?: number
  readonly instrument?: InstrumentText
  readonly rules?: number
}
