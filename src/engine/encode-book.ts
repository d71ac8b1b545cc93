/**
 * Makes the bytes of a snapshot (snapshot.ts) from a frozen book, in steps. It checks what it reads, so that a book
 * whose orders, queues, free slots or expiries contradict each other is never recovered: it throws BrokenInvariant.
 * What it does not read, the ladders, `checkLadders` in invariants.ts checks.
 */

import { BrokenInvariant } from '../protocol/assert.ts'
import { GOOD_TILL_DATE, SIDE_BIT } from '../protocol/order/order-options.ts'
import { expiresBefore } from './expiry-queue.ts'
import type { FrozenBook, FrozenSide } from './frozen-book.ts'
import { DOUBLES_LOG2, LEVEL, NEXT, PREVIOUS, QUANTITY, REMAINING, TAG, WORDS_LOG2 } from './order-pool.ts'
import { OPEN } from './order-tag.ts'
import { sortedIndexes } from './paced-sort.ts'
import { CROSSED, permissionsOf } from './phase-rules.ts'
import { NO_KEY } from './price-ladder.ts'
import {
  EXPIRY_BYTES,
  FREE_SLOT_BYTES,
  HEADER_BYTES,
  LEVEL_BYTES,
  MAGIC,
  ORDER_BYTES,
  sizeOf,
} from './snapshot-format.ts'

/** Orders, free slots or expiries of one step: about 0.1 ms. */
const STEP = 1_024

/** Called only when a check fails: a message built for every check would cost more than the checks. */
function fail(message: string): never {
  throw new BrokenInvariant(message)
}

/** The first order of each level of a side, and the keys of these levels, best first. */
interface Heads {
  readonly keys: Int32Array
  readonly handles: Int32Array
  readonly order: Int32Array
}

type Work<T> = Generator<void, T>

export function* encodeBook(book: FrozenBook): Work<Uint8Array> {
  const { bids, asks, count, fresh, expiries } = book
  const free = fresh - 1 - count
  const bytes = new Uint8Array(sizeOf(bids.levelCount + asks.levelCount, count, free, expiries.length))
  const view = new DataView(bytes.buffer)
  writeHeader(book, view, free)
  const [bidHeads, askHeads] = yield* findHeads(book)
  checkBest(book, bidHeads, askHeads)
  const afterBids = yield* writeSide(book, bids, bidHeads, view, HEADER_BYTES)
  const afterOrders = yield* writeSide(book, asks, askHeads, view, afterBids)
  const orders = afterOrders - HEADER_BYTES - (bids.levelCount + asks.levelCount) * LEVEL_BYTES
  if (orders !== count * ORDER_BYTES) fail(`${orders / ORDER_BYTES} orders are in queues, ${count} are counted`)
  const afterFree = yield* writeFreeSlots(book, free, view, afterOrders)
  yield* writeExpiries(book, view, afterFree)
  return bytes
}

function writeHeader(book: FrozenBook, view: DataView, free: number): void {
  const { rules, bids, asks, count, expiries, fresh } = book
  const head = [MAGIC, rules, bids.levelCount, asks.levelCount, count, free, expiries.length, fresh]
  head.forEach((value, i) => {
    view.setUint32(i * 4, value, true)
  })
  view.setFloat64(32, book.sequence, true)
  view.setFloat64(40, book.timestampMs, true)
  view.setUint32(48, book.lastTradePrice, true)
  view.setUint32(52, book.phase, true)
  view.setUint32(56, book.bandLow, true)
  view.setUint32(60, book.bandHigh, true)
}

/** Finds the orders without one ahead of them, and counts open orders and those that expire. */
function* findHeads({ words, fresh, count, bids, asks, expiries }: FrozenBook): Work<[Heads, Heads]> {
  const sides = [bids, asks]
  const keys = sides.map(({ levelCount }) => new Int32Array(levelCount))
  const handles = sides.map(({ levelCount }) => new Int32Array(levelCount))
  const found = [0, 0]
  let open = 0
  let dated = 0
  for (let handle = 1; handle < fresh; handle++) {
    if (handle % STEP === 0) yield
    const order = handle << WORDS_LOG2
    const tag = words[order + TAG]
    if ((tag & OPEN) === 0) continue
    open++
    if ((tag & GOOD_TILL_DATE) !== 0) dated++
    if (words[order + PREVIOUS] !== 0) continue
    const side = tag & SIDE_BIT
    const level = words[order + LEVEL]
    keys[side][found[side]] = (sides[side].leafKeys[level >>> 5] << 5) | (level & 31)
    handles[side][found[side]++] = handle
  }
  if (open !== count) fail(`${open} orders are open, ${count} are counted`)
  if (dated !== expiries.length) fail(`${dated} orders are good till date, ${expiries.length} have an expiry`)
  const heads: Heads[] = []
  for (const [side, { levelCount }] of sides.entries()) {
    if (found[side] !== levelCount) fail(`${found[side]} orders are first of a level, ${levelCount} levels are counted`)
    const order = yield* sortedIndexes(levelCount, (a, b) => keys[side][a] - keys[side][b])
    heads.push({ keys: keys[side], handles: handles[side], order })
  }
  return [heads[0], heads[1]]
}

function checkBest({ bids, asks, rules, phase }: FrozenBook, bidHeads: Heads, askHeads: Heads): void {
  const bestOf = ({ keys, order }: Heads) => (order.length === 0 ? NO_KEY : keys[order[0]])
  const bid = bestOf(bidHeads)
  const ask = bestOf(askHeads)
  if (bid !== bids.bestKey || ask !== asks.bestKey) fail('a best key is not that of the best order')
  if (bid === NO_KEY || ask === NO_KEY || (permissionsOf(rules, phase) & CROSSED) !== 0) return
  if (bids.priceOf(bid) >= asks.priceOf(ask)) fail('the book is crossed')
}

function* writeSide(book: FrozenBook, side: FrozenSide, heads: Heads, view: DataView, at: number): Work<number> {
  const { words, doubles, fresh } = book
  const end = view.byteLength
  let visited = 0
  for (let i = 0; i < heads.order.length; i++) {
    const key = heads.keys[heads.order[i]]
    const price = side.priceOf(key)
    if (i > 0 && key === heads.keys[heads.order[i - 1]]) fail(`the level ${price} has two first orders`)
    if (price < book.bandLow || price > book.bandHigh) fail(`level ${price} is outside the band`)
    const levelAt = at
    at += LEVEL_BYTES
    let previous = 0
    const level = words[(heads.handles[heads.order[i]] << WORDS_LOG2) + LEVEL]
    for (let handle = heads.handles[heads.order[i]]; handle !== 0; ) {
      if (++visited % STEP === 0) yield
      if (!(handle > 0 && handle < fresh) || at + ORDER_BYTES > end)
        fail(`order ${handle} does not exist, or is queued twice`)
      const order = handle << WORDS_LOG2
      const tag = words[order + TAG]
      const quantity = doubles[(handle << DOUBLES_LOG2) + QUANTITY]
      const remaining = doubles[(handle << DOUBLES_LOG2) + REMAINING]
      if ((tag & OPEN) === 0 || (tag & SIDE_BIT) !== side.side) fail(`order ${handle} is in a wrong queue`)
      if (words[order + LEVEL] !== level || words[order + PREVIOUS] !== previous)
        fail(`order ${handle} has wrong links`)
      if (
        !(remaining > 0 && remaining <= quantity && Number.isSafeInteger(quantity) && Number.isSafeInteger(remaining))
      )
        fail(`order ${handle} has ${remaining} of ${quantity} lots open`)
      view.setUint32(at, handle, true)
      view.setInt32(at + 4, tag, true)
      view.setFloat64(at + 8, quantity, true)
      view.setFloat64(at + 16, remaining, true)
      at += ORDER_BYTES
      previous = handle
      handle = words[order + NEXT]
    }
    view.setUint32(levelAt, price, true)
    view.setUint32(levelAt + 4, (at - levelAt - LEVEL_BYTES) / ORDER_BYTES, true)
  }
  return at
}

function* writeFreeSlots(book: FrozenBook, free: number, view: DataView, at: number): Work<number> {
  const { words, fresh } = book
  let written = 0
  for (let handle = book.free; handle !== 0; handle = words[(handle << WORDS_LOG2) + NEXT]) {
    if (written === free) fail(`${free} slots are free, more are in their list`)
    if (!(handle > 0 && handle < fresh)) fail(`free slot ${handle} does not exist`)
    if (words[(handle << WORDS_LOG2) + TAG] !== 0) fail(`free slot ${handle} has a tag`)
    view.setUint32(at, handle, true)
    at += FREE_SLOT_BYTES
    if (++written % STEP === 0) yield
  }
  if (written !== free) fail(`${free - written} slots are lost`)
  return at
}

function* writeExpiries({ expiries, words, timestampMs }: FrozenBook, view: DataView, at: number): Work<void> {
  const before = (a: number, b: number) => (a === b ? 0 : expiresBefore(expiries[a], expiries[b]) ? -1 : 1)
  const order = yield* sortedIndexes(expiries.length, before)
  for (let i = 0; i < order.length; i++) {
    if (i % STEP === 0) yield
    const { handle, expiresAtMs } = expiries[order[i]]
    const tag = words[(handle << WORDS_LOG2) + TAG]
    if ((tag & GOOD_TILL_DATE) === 0 || (tag & OPEN) === 0) fail(`order ${handle} should not expire`)
    if (expiresAtMs <= timestampMs) fail(`order ${handle} has expired`)
    view.setUint32(at, handle, true)
    view.setFloat64(at + 4, expiresAtMs, true)
    at += EXPIRY_BYTES
  }
}
