/** The longest messages that are pushed fit a frame of API Gateway, with the longest names and numbers. */

import { expect, test } from 'vitest'
import { orderRecord, tradeRecord } from '../../../test/contracts/sample-records.ts'
import type { BookLevel } from '../../marketdata/book-level.ts'
import type { OrderUpdate } from '../../marketdata/order-updates.ts'
import { INTERVAL_MS } from '../../protocol/candle-interval.ts'
import { parseInstrument } from '../../protocol/instrument/instrument.ts'
import {
  PRICE_TICKS_MAX,
  PUSH_TRADES_MAX,
  SOCKET_FRAME_BYTES_MAX,
  TAG_LENGTH_MAX,
  VIEW_LEVELS,
} from '../../protocol/limits.ts'
import type { OrderRecord } from '../../protocol/records.ts'
import { ticks } from '../../protocol/units.ts'
import { bookSnapshot } from '../messages/book-messages.ts'
import { candlesSnapshot } from '../messages/candle-messages.ts'
import { tradesUpdate } from '../messages/trade-messages.ts'
import { ownOrdersSnapshot } from '../stored/own-orders-snapshot.ts'
import { CANDLES_SHOWN } from '../topics/candles-topic.ts'
import { updateTexts } from './order-texts.ts'

const steps = { tickSize: '0.000000999999', lotSize: '0.000000999999' }
const LONG = parseInstrument({ symbol: 'S'.repeat(24), base: 'A', quote: 'B', ...steps })
const INSTRUMENTS = new Map([[LONG.symbol, LONG]])
const NUMBER = Number.MAX_SAFE_INTEGER
const PRICE = ticks(PRICE_TICKS_MAX)
const QUANTITY = LONG.quantityMax
const NOW_MS = 1_700_000_000_000

const bytes = (text: string): number => Buffer.byteLength(text)

test('trades', () => {
  const trade = tradeRecord(NUMBER, { symbol: LONG.symbol, price: PRICE, quantity: QUANTITY, eventNumber: NUMBER })
  const trades = Array.from({ length: PUSH_TRADES_MAX }, () => trade)
  expect(bytes(tradesUpdate(LONG, trades, NUMBER, NUMBER))).toBeLessThanOrEqual(SOCKET_FRAME_BYTES_MAX)
})

test('a snapshot of candles, each of a billion of the largest trades', () => {
  const count = 1_000_000_000
  const volume = BigInt(QUANTITY) * BigInt(count)
  const prices = { open: PRICE, high: PRICE, low: PRICE, close: PRICE }
  const sums = { volume, quoteVolume: volume * BigInt(PRICE), count, firstTrade: 1, lastTrade: NUMBER }
  const candles = Array.from({ length: CANDLES_SHOWN }, (_, i) => ({
    startMs: NOW_MS + i * INTERVAL_MS['1d'],
    ...prices,
    ...sums,
  }))
  const text = candlesSnapshot(LONG, { interval: '15m', candles, nowMs: NOW_MS }, NUMBER)
  expect(bytes(text)).toBeLessThanOrEqual(SOCKET_FRAME_BYTES_MAX)
})

test('a snapshot of a book', () => {
  const level: BookLevel = { price: PRICE, quantity: QUANTITY, orders: 2 ** 24 }
  const levels = Array.from({ length: VIEW_LEVELS }, () => level)
  const best = { bids: levels, asks: levels }
  const book = { depth: VIEW_LEVELS, timestampMs: NOW_MS, phase: 'CONTINUOUS' as const, best }
  expect(bytes(bookSnapshot(LONG, book, NUMBER))).toBeLessThanOrEqual(SOCKET_FRAME_BYTES_MAX)
})

const order = (i: number) =>
  orderRecord(`${'o'.repeat(60)}${i}`, i + 1, {
    symbol: LONG.symbol,
    price: PRICE,
    quantity: QUANTITY,
    tag: '🏔'.repeat(TAG_LENGTH_MAX),
    requestId: 'r'.repeat(64),
  })

const accepted = (i: number, number = i + 1): OrderUpdate => ({
  type: 'ACCEPTED',
  symbol: LONG.symbol,
  orderId: `o-${i}`,
  number,
  timestampMs: NOW_MS,
  order: order(i),
})

test('own orders: a snapshot has as many as fit, and says whether there are more', async () => {
  const orders = Array.from({ length: 100 }, (_, i) => order(i))
  const snapshotOf = async (rows: OrderRecord[]) =>
    ownOrdersSnapshot({ list: async () => ({ rows }) }, INSTRUMENTS, 'ann')
  const text = await snapshotOf(orders)
  expect(bytes(text)).toBeLessThanOrEqual(SOCKET_FRAME_BYTES_MAX)
  const { complete, orders: shown } = JSON.parse(text)
  expect(complete).toBe(false)
  expect(shown.length).toBeGreaterThan(20)
  expect(JSON.parse(await snapshotOf(orders.slice(0, 5)))).toMatchObject({ complete: true })
})

test('own orders: entries are split over messages in sequence, and both entries of an event stay together', () => {
  const updates = Array.from({ length: 301 }, (_, i) => accepted(i, 1 + (i >> 1)))
  const texts = updateTexts(INSTRUMENTS, updates)
  expect(texts.filter((text) => bytes(text) > SOCKET_FRAME_BYTES_MAX)).toEqual([])
  const numbers = texts.map((text) =>
    JSON.parse(text).updates.map(({ event }: { event: { sequence: number } }) => event.sequence),
  )
  expect(numbers.flat()).toEqual(updates.map(({ number }) => number))
  for (const [i, [first]] of numbers.entries()) if (i > 0) expect(numbers[i - 1]).not.toContain(first)
})
