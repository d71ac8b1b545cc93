/**
 * The events on their way to the lake's thread: the columns that its rows need, and each name once. The core thread
 * writes them beside matching, so they must cost it little. Reading the names of a maker's order costs more than the
 * match, because they are not in the processor's cache. So an event names its orders by handle, and the reader keeps
 * the names of handles (order-names.ts). A name is written with the first event of its order since the start.
 *
 *   chunk    8 bytes of 0; the entries, each a multiple of 8 bytes
 *   entry    i32 kind: place in EVENT_KINDS; << 8 reason: place in EVENT_REASONS plus 1, 0 none; << 16 flags
 *            i32 price
 *            i32 handle; 0: the order is not open
 *            i32 taker handle of TradeExecuted, otherwise option bits
 *            f64 quantity
 *            what the flags say, in this order:
 *              i32 number of the symbol, from 0 on, and 4 bytes
 *              f64 number, f64 timestampMs, f64 trade number, f64 open lots after an amendment
 *              texts, each a u8 length and so many Latin-1 characters: symbol; request id; account and order id of the
 *              handle; those of the taker handle
 *              u32 length and JSON in UTF-8: the fields that few events have
 *
 * Without its flag, the symbol and the time are those of the event before, and a number follows the last one of the
 * symbol. In a chunk the first event has a time, and the first event and the first trade of each symbol have a number.
 * So the events of a lost chunk are missed.
 *
 * Both ends are threads of one program, so there is no version, and the bytes are never stored. The byte order is that of
 * the processor.
 */

export const CHUNK_HEADER_BYTES = 8
/** Of the fixed part. */
export const ENTRY_BYTES = 24
/** A name of no bytes, in the header. */
export const NO_NAME_AT = 0

/** The places of the fields in words of 4 bytes, that of the quantity in words of 8 bytes. */
export const HEAD = 0
export const PRICE = 1
export const HANDLE = 2
export const TAKER_OR_OPTIONS = 3
export const QUANTITY = 2

export const REASON_SHIFT = 8
export const FLAGS_SHIFT = 16

/** Flags. The order sells, in a trade the aggressor. */
export const SELLS = 1
export const PRIORITY_KEPT = 2
export const HAS_SYMBOL = 4
export const HAS_NUMBER = 8
export const HAS_TIMESTAMP = 16
export const HAS_TRADE_NUMBER = 32
export const HAS_OPEN = 64
/** The name of a symbol that is new. */
export const HAS_SYMBOL_NAME = 128
export const HAS_REQUEST_ID = 256
/** The request id is that of the event before. */
export const SAME_REQUEST_ID = 512
/** The names of the handle, and of the taker handle. */
export const HAS_NAMES = 1_024
export const HAS_TAKER_NAMES = 2_048
export const HAS_RARE_FIELDS = 4_096
