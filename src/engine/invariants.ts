/**
 * Checks the invariants of a book between commands: orders against queues, queues against levels,
 * levels against bitmaps, bitmaps against the directory, free slots against used ones, expiries against
 * the orders that have one. It runs after every command in tests and before every snapshot in
 * production. Cost O(orders + levels + nodes). It throws BrokenInvariant and repairs nothing, because an
 * inconsistent book must stop matching.
 */

import { BrokenInvariant } from '../protocol/assert.ts'
import { LEVEL_LOTS_MAX } from '../protocol/limits.ts'
import { GOOD_TILL_DATE, SIDE_BIT } from '../protocol/order/order-options.ts'
import type { OrderBook } from './order-book.ts'
import { DOUBLES_LOG2, LEVEL, NEXT, PREVIOUS, QUANTITY, REMAINING, TAG, WORDS_LOG2 } from './order-pool.ts'
import { OPEN } from './order-tag.ts'
import { CROSSED, permissionsOf } from './phase-rules.ts'
import { BITMAP, CHILDREN, NODE_WORDS, type PriceDirectory, ROOT, SUMMARY } from './price-directory.ts'
import { NO_KEY, type PriceLadder } from './price-ladder.ts'

/** Which slots of the pool were visited, so that a second visit is noticed. */
type Met = Uint8Array

/** Leaves of one step of {@link checkLadders}. */
const LEAVES_PER_STEP = 32

/** Called only when a check fails: a message built for every check would cost more than the checks. */
function fail(message: string): never {
  throw new BrokenInvariant(message)
}

/** Throws BrokenInvariant unless every invariant of the book holds. */
export function checkBook(book: OrderBook): void {
  const { bids, asks } = book
  const mayCross = (permissionsOf(book.rules, book.phase) & CROSSED) !== 0
  if (!mayCross && bids.bestLevel !== 0 && asks.bestLevel !== 0) {
    if (bids.priceOf(bids.bestKey) >= asks.priceOf(asks.bestKey)) fail('the book is crossed')
  }
  const met = new Uint8Array(book.orders.fresh)
  const resting = checkLadder(book, bids, met) + checkLadder(book, asks, met)
  if (resting !== book.orders.count) fail(`${resting} orders rest, ${book.orders.count} are counted`)
  checkFreeSlots(book, met)
  checkExpiries(book)
}

/**
 * Checks the ladders in steps, between which commands may be applied: every leaf, its levels and their orders agree,
 * and the directory leads to it. A queue is checked in one step. A snapshot checks the rest (encode-book.ts).
 */
export function* checkLadders(book: OrderBook): Generator<void, void> {
  for (const ladder of [book.bids, book.asks]) {
    for (let leaf = 1; leaf < ladder.freshLeaf; leaf++) {
      if (leaf % LEAVES_PER_STEP === 0) yield
      const leafKey = ladder.leafKeys[leaf]
      const isUsed = ladder.leafBits[leaf] !== 0
      if (isUsed && (ladder.directory.find(leafKey) !== leaf || !isAfterOthers(ladder.directory, leafKey, leaf))) {
        fail(`leaf ${leaf} has a wrong key`)
      }
      for (let level = leaf << 5; level < (leaf + 1) << 5; level++) {
        if (checkBit(ladder, level) === 1) checkLevel(book, ladder, level)
      }
    }
  }
}

/** Whether the search from the key before finds the leaf. */
const isAfterOthers = (directory: PriceDirectory, leafKey: number, leaf: number): boolean =>
  leafKey === 0 || directory.after(leafKey - 1) === leaf

/** Checks the levels of one side from best to worst; returns how many orders rest there. */
function checkLadder(book: OrderBook, ladder: PriceLadder, met: Met): number {
  let orders = 0
  let levels = 0
  let key = -1
  for (let level = ladder.bestLevel; level !== 0; level = ladder.next(level)) {
    if (ladder.keyOfLevel(level) <= key) fail(`level ${level} is out of order`)
    key = ladder.keyOfLevel(level)
    if (ladder.find(key) !== level) fail(`key ${key} does not lead to level ${level}`)
    const price = ladder.priceOf(key)
    if (price < book.bandLow || price > book.bandHigh) fail(`level ${price} is outside the band`)
    orders += checkLevel(book, ladder, level, met)
    levels++
  }
  const best = ladder.bestLevel === 0 ? NO_KEY : ladder.keyOfLevel(ladder.bestLevel)
  if (best !== ladder.bestKey) fail(`best key ${ladder.bestKey} is not that of level ${ladder.bestLevel}`)
  if (levels !== ladder.levelCount) fail(`${levels} levels are reached, ${ladder.levelCount} are counted`)
  checkLeaves(ladder)
  if (ladder.farLook !== undefined && !ladder.farLook.agrees()) fail('the sums of lots differ from the orders')
  return orders
}

function checkLevel(book: OrderBook, ladder: PriceLadder, level: number, met?: Met): number {
  const { words, doubles } = book.orders
  let count = 0
  let total = 0
  let previous = 0
  for (let handle = ladder.words[level << 2]; handle !== 0; ) {
    const order = handle << WORDS_LOG2
    const tag = words[order + TAG]
    const quantity = doubles[(handle << DOUBLES_LOG2) + QUANTITY]
    const remaining = doubles[(handle << DOUBLES_LOG2) + REMAINING]
    if (!(handle > 0 && handle < book.orders.fresh) || met?.[handle] === 1 || count === book.orders.count)
      fail(`order ${handle} does not exist, or is queued twice`)
    if (met !== undefined) met[handle] = 1
    if ((tag & OPEN) === 0) fail(`order ${handle} is in a queue but not open`)
    if ((tag & SIDE_BIT) !== ladder.side) fail(`order ${handle} rests on the wrong side`)
    if (words[order + LEVEL] !== level) fail(`order ${handle} has another level than ${level}`)
    if (words[order + PREVIOUS] !== previous) fail(`order ${handle} has a wrong previous order`)
    if (!(remaining > 0 && remaining <= quantity)) fail(`order ${handle} has ${remaining} of ${quantity} lots open`)
    if (!Number.isSafeInteger(quantity) || !Number.isSafeInteger(remaining))
      fail(`order ${handle} has a quantity that is not a whole number of lots`)
    total += remaining
    previous = handle
    handle = words[order + NEXT]
    count++
  }
  if (count === 0) fail(`level ${level} is empty`)
  if (ladder.orderCounts !== undefined && ladder.orderCounts[level] !== count) {
    fail(`level ${level} has ${count} orders, ${ladder.orderCounts[level]} are counted`)
  }
  if (ladder.words[(level << 2) + 1] !== previous) fail(`level ${level} has a wrong last order`)
  if (ladder.doubles[(level << 1) + 1] !== total) fail(`the orders of level ${level} have ${total} lots`)
  if (total > LEVEL_LOTS_MAX) fail(`level ${level} is over its limit`)
  return count
}

/** Checks that bitmaps, levels and directory agree: every leaf is reached or free, none is empty. */
function checkLeaves(ladder: PriceLadder): void {
  const state = new Uint8Array(ladder.freshLeaf)
  for (let leaf = ladder.freeLeaf; leaf !== 0; leaf = ladder.leafKeys[leaf]) {
    if (state[leaf] !== 0 || ladder.leafBits[leaf] !== 0) fail(`free leaf ${leaf} is in use`)
    state[leaf] = 1
  }
  let levels = 0
  const nodes = checkNodes(ladder.directory, ROOT, 0, 0, (leaf, leafKey) => {
    if (!(leaf > 0 && leaf < ladder.freshLeaf) || state[leaf] !== 0)
      fail(`leaf ${leaf} is free, unknown or reached twice`)
    state[leaf] = 1
    if (ladder.leafKeys[leaf] !== leafKey) fail(`leaf ${leaf} has a wrong key`)
    if (ladder.leafBits[leaf] === 0) fail(`leaf ${leaf} is empty`)
  })
  for (let leaf = 1; leaf < ladder.freshLeaf; leaf++) {
    if (state[leaf] === 0) fail(`leaf ${leaf} is lost`)
    for (let place = 0; place < 32; place++) levels += checkBit(ladder, (leaf << 5) | place)
  }
  if (levels !== ladder.levelCount) fail(`${levels} levels have a bit, ${ladder.levelCount} are counted`)
  const { directory } = ladder
  let free = 0
  for (let node = directory.freeNode; node !== 0; node = directory.nodes[node * NODE_WORDS]) free++
  if (nodes + free !== directory.freshNode - 1) fail('a node is lost')
}

/** Checks that exactly a level in use has orders. Returns 1 if it is in use. */
function checkBit({ leafBits, words, doubles }: PriceLadder, level: number): number {
  const used = (leafBits[level >>> 5] >>> (level & 31)) & 1
  const empty = words[level << 2] === 0 && words[(level << 2) + 1] === 0 && doubles[(level << 1) + 1] === 0
  if (empty !== (used === 0)) fail(`level ${level} contradicts its bit`)
  return used
}

/** Checks a node and the nodes beneath it; `visit` receives each leaf. Returns the number of nodes. */
function checkNodes(
  directory: PriceDirectory,
  node: number,
  depth: number,
  prefix: number,
  visit: (leaf: number, leafKey: number) => void,
): number {
  const { nodes } = directory
  const base = node * NODE_WORDS
  let count = 1
  let children = 0
  for (let index = 0; index < CHILDREN; index++) {
    const child = nodes[base + index]
    const bit = (nodes[base + BITMAP + (index >>> 5)] >>> (index & 31)) & 1
    if ((child !== 0) !== (bit === 1)) fail(`child ${index} of node ${node} contradicts its bit`)
    if (child === 0) continue
    children++
    const key = prefix * CHILDREN + index
    if (depth === 2) visit(child, key)
    else count += checkNodes(directory, child, depth + 1, key, visit)
  }
  for (let word = 0; word < CHILDREN / 32; word++) {
    const bit = (nodes[base + SUMMARY] >>> word) & 1
    if ((nodes[base + BITMAP + word] !== 0) !== (bit === 1)) fail(`summary of node ${node} is wrong`)
  }
  if (children === 0 && node !== ROOT) fail(`node ${node} is empty`)
  return count
}

/** Checks that every slot either rests or is free, and no slot is both. */
function checkFreeSlots(book: OrderBook, met: Met): void {
  const pool = book.orders
  let free = 0
  for (let handle = pool.free; handle !== 0; handle = pool.words[(handle << WORDS_LOG2) + NEXT]) {
    if (!(handle > 0 && handle < pool.fresh) || met[handle] !== 0) fail(`free slot ${handle} is in use, or free twice`)
    if (pool.words[(handle << WORDS_LOG2) + TAG] !== 0) fail(`free slot ${handle} has a tag`)
    met[handle] = 1
    free++
  }
  if (free + pool.count !== pool.fresh - 1) fail(`${pool.fresh - 1 - free - pool.count} slots are lost`)
}

/** Checks that exactly the good-till-date orders have an expiry, and that it is in the future. */
function checkExpiries(book: OrderBook): void {
  const expiries = book.expiries.inOrder()
  const { words, fresh } = book.orders
  for (const { handle, expiresAtMs } of expiries) {
    const tag = words[(handle << WORDS_LOG2) + TAG]
    if ((tag & GOOD_TILL_DATE) === 0 || (tag & OPEN) === 0) fail(`order ${handle} should not expire`)
    if (expiresAtMs <= book.timestampMs) fail(`order ${handle} has expired`)
    if (book.expiries.expiresAtMs(handle) !== expiresAtMs) fail(`order ${handle} has two expiries`)
  }
  let dated = 0
  for (let handle = 1; handle < fresh; handle++) {
    if ((words[(handle << WORDS_LOG2) + TAG] & GOOD_TILL_DATE) !== 0) dated++
  }
  if (dated !== expiries.length) fail(`${dated} orders are good till date, ${expiries.length} have an expiry`)
  const first = expiries.length === 0 ? Number.POSITIVE_INFINITY : expiries[0].expiresAtMs
  if (book.expiries.nextMs !== first) fail('the next expiry is wrong')
  if (expiries.length > 0 && book.expiries.first() !== expiries[0].handle) fail('the first to expire is wrong')
}
