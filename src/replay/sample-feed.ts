/**
 * Generates a feed in the format that `replay` reads: a small venue with a random walk of the price, where most
 * orders are canceled and few trade. The same options give the same bytes on every machine. It has the flaws of a
 * real feed: orders from before its first row, lines out of order, and repeated cancels.
 */

import type { Side } from '../protocol/order/order-words.ts'
import { formatSteps } from '../protocol/units.ts'
import type { Action } from './venue-row.ts'

export interface SampleOptions {
  readonly rows: number
  readonly seed: number
}

/** Rows that are generated before the first printed one. Their orders are missing in the feed. */
const HIDDEN_ROWS = 200
const OPEN_ORDERS_MAX = 160
const FIRST_ID = 70_000_001
const FIRST_MS = Date.UTC(2026, 0, 5, 9)
const FIRST_MID_TICKS = 25_000
const TICK = { decimals: 2, multiple: 1 }
const SATOSHI_PER_COIN = 100_000_000

interface SampleOrder {
  readonly id: number
  readonly side: Side
  readonly priceTicks: number
  readonly enteredMs: number
  left: number
}

/** The lines of the feed with their newlines, header first. */
export function* sampleFeed({ rows, seed }: SampleOptions): Generator<string> {
  yield 'id,timestamp,exchange.timestamp,price,volume,action,direction\n'
  const random = randomFrom(seed)
  const late: { line: string; after: number }[] = []
  let made = 0
  let written = 0
  for (const line of venueLines(random)) {
    if (made++ < HIDDEN_ROWS) continue
    if (random() < 0.02) {
      late.push({ line, after: made + 1 + Math.floor(random() * 3) })
      continue
    }
    const due = late.length > 0 && late[0].after <= made ? [line, (late.shift() as { line: string }).line] : [line]
    for (const next of due) {
      if (written++ === rows) return
      yield next
    }
  }
}

/** The endless events of the venue. */
function* venueLines(random: () => number): Generator<string> {
  // Best price last; at the same price, the oldest order last.
  const book: Record<Side, SampleOrder[]> = { BUY: [], SELL: [] }
  let id = FIRST_ID
  let nowMs = FIRST_MS
  let mid = FIRST_MID_TICKS
  const row = (order: SampleOrder, action: Action): string => {
    const enteredMs = order.enteredMs - (order.enteredMs % 1000)
    const price = formatSteps(order.priceTicks, TICK)
    return `${order.id},${nowMs++},${enteredMs},${price},${order.left},${action},${order.side === 'BUY' ? 'bid' : 'ask'}\n`
  }
  for (;;) {
    nowMs += 1 + Math.floor(random() ** 3 * 900)
    if (random() < 0.2) mid = Math.max(1_000, mid + Math.floor(random() * 7) - 3)
    const open = book.BUY.length + book.SELL.length
    if (random() * OPEN_ORDERS_MAX < open) {
      const side = random() * open < book.BUY.length ? book.BUY : book.SELL
      const [order] = side.splice(Math.floor(random() * side.length), 1)
      yield row(order, 'deleted')
      if (random() < 0.005) yield row(order, 'deleted')
      continue
    }
    const taker: SampleOrder = { id: id++, ...priceNear(mid, random), enteredMs: nowMs, left: volumeOf(random) }
    yield row(taker, 'created')
    const makers = book[taker.side === 'BUY' ? 'SELL' : 'BUY']
    while (taker.left > 0 && makers.length > 0 && crosses(taker, makers[makers.length - 1])) {
      const maker = makers[makers.length - 1]
      const quantity = Math.min(taker.left, maker.left)
      for (const order of [maker, taker]) {
        order.left -= quantity
        yield row(order, order.left === 0 ? 'deleted' : 'changed')
      }
      if (maker.left === 0) makers.pop()
    }
    if (taker.left > 0) rest(book[taker.side], taker)
  }
}

/** One order in twelve has the price of the other side; the others rest up to 1.50 away. */
function priceNear(mid: number, random: () => number): { side: Side; priceTicks: number } {
  const side: Side = random() < 0.5 ? 'BUY' : 'SELL'
  const away = random() < 0.08 ? -12 : 1 + Math.floor(random() ** 2 * 150)
  return { side, priceTicks: side === 'BUY' ? mid - away : mid + away }
}

function volumeOf(random: () => number): number {
  if (random() < 0.3) return SATOSHI_PER_COIN * (1 + Math.floor(random() * 5))
  return 1_000_000 + Math.floor(random() ** 2 * 8 * SATOSHI_PER_COIN)
}

const crosses = (taker: SampleOrder, maker: SampleOrder): boolean =>
  taker.side === 'BUY' ? taker.priceTicks >= maker.priceTicks : taker.priceTicks <= maker.priceTicks

function rest(orders: SampleOrder[], order: SampleOrder): void {
  const better = (a: SampleOrder, b: SampleOrder): boolean =>
    a.side === 'BUY' ? a.priceTicks > b.priceTicks : a.priceTicks < b.priceTicks
  let place = 0
  while (place < orders.length && better(order, orders[place])) place++
  orders.splice(place, 0, order)
}

/** Mulberry32: 32 bits of state, the same numbers on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
