/**
 * Writes a book as bytes and reads it back. A restored book has the same orders at the same positions of
 * their queues, the same handles, and the same free slots in the same order. Therefore it emits exactly
 * the same events from then on. Little-endian; the store adds the checksum.
 *
 *   header, 96 bytes   u32 magic "BXBK", u32 version, u32 bid levels, u32 ask levels, u32 orders,
 *                      u32 free slots, u32 expiries, u32 first slot never used, f64 sequence,
 *                      f64 timestampMs, u32 last trade price, u32 phase, u32 band low, u32 band high,
 *                      32 bytes of zeros
 *   levels, bids then asks, best first      u32 price, u32 orders
 *     its orders, oldest first, 24 bytes    u32 handle, i32 tag, f64 quantity, f64 remaining
 *   free slots, next to be allocated first  u32 handle
 *   expiries, first to expire first         u32 handle, f64 expiresAtMs
 *
 * The version is that of the rules that the book follows (protocol/versions.ts). At version 1 the bytes equal
 * those of the previous program, which wrote 1 for HALTED. Both versions have the same layout.
 *
 * It refuses bytes of another version with UnknownVersion. It refuses bytes that are not a snapshot, or whose
 * length contradicts their header, with SnapshotRefused. Cost O(orders + levels).
 */

import { PHASES } from '../protocol/command/trading-phases.ts'
import { sameArray } from '../protocol/copy-array.ts'
import { BOOK_ORDERS_MAX } from '../protocol/limits.ts'
import { checkVersion } from '../protocol/versions.ts'
import { encodeBook } from './encode-book.ts'
import { EventBuffer } from './event-buffer.ts'
import { freezeBook } from './frozen-book.ts'
import { OrderBook } from './order-book.ts'
import { DOUBLES_LOG2, LEVEL, NEXT, PREVIOUS, QUANTITY, REMAINING, TAG, WORDS_LOG2 } from './order-pool.ts'
import { append } from './order-queue.ts'
import type { PriceLadder } from './price-ladder.ts'
import {
  EXPIRY_BYTES,
  FREE_SLOT_BYTES,
  HEADER_BYTES,
  LEVEL_BYTES,
  MAGIC,
  ORDER_BYTES,
  sizeOf,
} from './snapshot-format.ts'

/** The bytes are not a snapshot that this program can read. */
export class SnapshotRefused extends Error {
  override readonly name = 'SnapshotRefused'
}

/**
 * The whole state of a book. The caller has drained its events, because a snapshot does not contain them. Throws
 * BrokenInvariant as {@link encodeBook}.
 */
export function snapshotBook(book: OrderBook): Uint8Array {
  const work = encodeBook(freezeBook(book, sameArray))
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

/** The book of a snapshot. `ordersMax` is configuration and not part of the snapshot. */
export function restoreBook(
  bytes: Uint8Array,
  events: EventBuffer = new EventBuffer(),
  ordersMax: number = BOOK_ORDERS_MAX,
): OrderBook {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new SnapshotRefused('not a snapshot of a book')
  }
  const version = view.getUint32(4, true)
  checkVersion('the snapshot of a book', version)
  const phase = view.getUint32(52, true)
  if (phase >= PHASES.length) throw new SnapshotRefused(`phase ${phase} is not known`)
  const [bidLevels, askLevels, count, free, expiries, fresh] = [8, 12, 16, 20, 24, 28].map((i) =>
    view.getUint32(i, true),
  )
  const size = sizeOf(bidLevels + askLevels, count, free, expiries)
  if (size !== bytes.byteLength || fresh !== count + free + 1) {
    throw new SnapshotRefused(`the header describes ${size} bytes, the snapshot has ${bytes.byteLength}`)
  }
  const book = new OrderBook(events, ordersMax)
  book.follow(version, phase)
  book.sequence = view.getFloat64(32, true)
  book.timestampMs = view.getFloat64(40, true)
  book.lastTradePrice = view.getUint32(48, true)
  book.bandLow = view.getUint32(56, true)
  book.bandHigh = view.getUint32(60, true)
  book.orders.reserve(fresh)
  book.orders.fresh = fresh
  book.orders.count = count
  let at = readLadder(book, book.bids, view, HEADER_BYTES, bidLevels)
  at = readLadder(book, book.asks, view, at, askLevels)
  readFreeSlots(book, view, at, free)
  at += free * FREE_SLOT_BYTES
  for (let i = 0; i < expiries; i++, at += EXPIRY_BYTES) {
    book.expiries.add(slot(book, view, at), view.getFloat64(at + 4, true))
  }
  return book
}

function readLadder(book: OrderBook, ladder: PriceLadder, view: DataView, at: number, levels: number): number {
  const pool = book.orders
  const end = view.byteLength
  for (let i = 0; i < levels; i++) {
    if (at + LEVEL_BYTES > end) throw new SnapshotRefused('the levels are longer than the snapshot')
    const level = ladder.open(ladder.keyOf(view.getUint32(at, true)))
    const orders = view.getUint32(at + 4, true)
    at += LEVEL_BYTES
    if (orders === 0 || at + orders * ORDER_BYTES > end)
      throw new SnapshotRefused(`a level of ${orders} orders does not fit the snapshot`)
    for (let j = 0; j < orders; j++) {
      const handle = slot(book, view, at)
      pool.words[(handle << WORDS_LOG2) + TAG] = view.getInt32(at + 4, true)
      pool.doubles[(handle << DOUBLES_LOG2) + QUANTITY] = view.getFloat64(at + 8, true)
      const open = view.getFloat64(at + 16, true)
      pool.doubles[(handle << DOUBLES_LOG2) + REMAINING] = open
      if (!append(pool, ladder, level, handle, open)) throw new SnapshotRefused('a level has more lots than its limit')
      at += ORDER_BYTES
    }
  }
  return at
}

/** Links the free slots in the order of the snapshot. */
function readFreeSlots(book: OrderBook, view: DataView, at: number, count: number): void {
  const { words } = book.orders
  let next = 0
  for (let i = count - 1; i >= 0; i--) {
    const handle = slot(book, view, at + i * FREE_SLOT_BYTES)
    const word = handle << WORDS_LOG2
    words[word + NEXT] = next
    words[word + PREVIOUS] = 0
    words[word + LEVEL] = 0
    next = handle
  }
  book.orders.free = next
}

/** The handle at `at`. Refuses a handle whose slot does not exist. */
function slot(book: OrderBook, view: DataView, at: number): number {
  const handle = view.getUint32(at, true)
  if (handle === 0 || handle >= book.orders.fresh) throw new SnapshotRefused(`slot ${handle} does not exist`)
  return handle
}
