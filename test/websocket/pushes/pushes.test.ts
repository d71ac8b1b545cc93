/** Whatever is repeated, lost or fails between the matcher and its followers, all of them end with the same market. */

import { describe, expect, test } from 'vitest'
import { bestResource, candleResource, levelText, windowResource } from '../../../src/api/market-resource.ts'
import { orderSummary } from '../../../src/api/order-resource.ts'
import { bookChecksum } from '../../../src/marketdata/book-checksum.ts'
import { type Topic, topicKey, topicOf } from '../../../src/ports/market-feed.ts'
import { RangeTooLarge } from '../../../src/ports/market-reader.ts'
import type { DepthLevel } from '../../../src/protocol/book-state.ts'
import { INTERVAL_MS } from '../../../src/protocol/candle-interval.ts'
import { tradeIdOf } from '../../../src/protocol/event/events.ts'
import { OperationalFailure } from '../../../src/protocol/failure.ts'
import type { Instrument } from '../../../src/protocol/instrument/instrument.ts'
import { SOCKET_FRAME_BYTES_MAX } from '../../../src/protocol/limits.ts'
import { CANDLES_SHOWN } from '../../../src/websocket/topics/candles-topic.ts'
import { INSTRUMENTS } from '../../contracts/sample-records.ts'
import { naiveCandles, naiveTicker } from '../../marketdata/naive-market.ts'
import type { FollowedState } from './push-follower.ts'
import type { PushedExchange } from './pushed-exchange.ts'
import { ACCOUNTS } from './pushed-exchange.ts'
import { type Client, type Faults, PushedWorld } from './pushed-world.ts'

const STEPS = 120
const CALM: Faults = { processes: 1, repeated: false, lost: false, failing: false }

const RUNS: readonly [string, Faults, number][] = [
  ['by one process, each event once', CALM, 3],
  ['by several processes in turns', { ...CALM, processes: 3 }, 3],
  ['again, in parts', { ...CALM, processes: 2, repeated: true }, 3],
  ['with losses', { ...CALM, lost: true }, 3],
  ['with failing posts and reads', { ...CALM, failing: true }, 3],
  ['in every way but losses', { processes: 3, repeated: true, lost: false, failing: true }, 3],
  ['in every way at once', { processes: 3, repeated: true, lost: true, failing: true }, 8],
]

describe.each(RUNS)('events that are delivered %s', (_, faults, seeds) => {
  test.each(Array.from({ length: seeds }, (_, i) => i + 1))(
    'leave every follower with the market (seed %i)',
    async (seed) => {
      const world = new PushedWorld(seed, faults)
      for (let step = 0; step < STEPS; step++) await world.step()
      await world.rest()
      // Only the next event of a symbol shows that the last one was lost.
      if (!faults.lost) expectAllCurrent(world, faults)
      expect(await world.late.all()).toEqual([])
      await world.settle()
      expect(world.troubles).toEqual([])
      for (const client of world.clients) {
        expect(client.follower.texts.filter((text) => Buffer.byteLength(text) > SOCKET_FRAME_BYTES_MAX)).toEqual([])
        expectOwnOnly(client)
      }
      expectAllCurrent(world, faults)
      if (!faults.lost && !faults.failing)
        expect(world.clients.map(({ follower }) => follower.gaps)).toEqual(world.clients.map(() => 0))
    },
  )
})

function expectAllCurrent(world: PushedWorld, faults: Faults): void {
  for (const client of world.clients) {
    if (!client.isOpen) continue
    for (const [key, state] of client.follower.topics) expectCurrent(key, state, world.exchange)
    if (client.account !== undefined)
      expectOrders(client, world.exchange, faults.lost || client.missed || faults.failing)
  }
}

/** The names of orders begin with their account. */
function expectOwnOnly({ follower, account }: Client): void {
  const text = follower.texts.join('\n')
  for (const other of ACCOUNTS) if (other !== account) expect(text).not.toContain(`"${other}`)
}

function expectCurrent(key: string, state: FollowedState, exchange: PushedExchange): void {
  const topic = topicOf(key)
  if (topic === undefined || topic.channel === 'orders') throw new Error(key)
  const instrument = INSTRUMENTS.get(topic.symbol) as Instrument
  const trades = exchange.tradesOf(topic.symbol)
  const view = exchange.view(topic.symbol)
  expect(state.last, key).toBeGreaterThan(0)
  switch (topic.channel) {
    case 'book': {
      const [bids, asks] = [view.bids, view.asks].map((side) =>
        side.slice(0, topic.depth).map((level) => levelText({ ...level, orders: level.orders ?? 0 }, instrument)),
      )
      expect(bookChecksum(state.book?.bids ?? [], state.book?.asks ?? []), key).toBe(bookChecksum(bids, asks))
      expect([state.book?.bids, state.book?.asks], key).toEqual([bids, asks])
      break
    }
    case 'trades': {
      const all = trades.map(({ tradeNumber }) => tradeIdOf(topic.symbol, tradeNumber))
      const shown = state.trades.map(({ tradeId }) => tradeId)
      expect(shown, key).toEqual(all.slice(all.length - shown.length))
      expect(shown.length > 0, key).toBe(all.length > 0)
      break
    }
    case 'candles': {
      const all = naiveCandles(trades, topic.interval).map((candle) => candleResource(candle, true, instrument))
      const shown = [...state.candles.values()] as ReturnType<typeof candleResource>[]
      const withTrades = shown.filter(({ count }) => count > 0).map((candle) => ({ ...candle, closed: true }))
      expect(withTrades, key).toEqual(all.slice(all.length - withTrades.length))
      // A snapshot of a quiet symbol may begin after its last trade.
      const beginsMs = exchange.nowMs - (CANDLES_SHOWN - 1) * INTERVAL_MS[topic.interval]
      if ((trades.at(-1)?.timestampMs ?? 0) > beginsMs) expect(withTrades.length, key).toBeGreaterThan(0)
      break
    }
    default: {
      const best = bestResource(levelOf(view.bids[0]), levelOf(view.asks[0]), instrument)
      expect(state.ticker, key).toMatchObject(best)
      // The window may have rolled since the last event.
      const { last, count } = windowResource(naiveTicker(trades, exchange.nowMs), instrument)
      expect(state.ticker, key).toMatchObject({ last })
      if (count === naiveTicker(trades, trades.at(-1)?.timestampMs ?? 0)?.count)
        expect(state.ticker, key).toMatchObject({ count })
    }
  }
}

const levelOf = (level: DepthLevel | undefined) => level && { ...level, orders: level.orders ?? 0 }

function expectOrders(
  { follower, account = '', entriesBefore }: Client,
  exchange: PushedExchange,
  mayLack: boolean,
): void {
  const shown = follower.entries
  const all = exchange.entries.get(account) ?? []
  const keyOf = (symbol: string, sequence: number, type: string, orderId: string) =>
    `${symbol} ${sequence} ${type} ${orderId}`
  const expected = all.map(({ symbol, number, type, orderId }) => keyOf(symbol, number, type, orderId))
  const seen = shown.map(({ event }) => keyOf(event.symbol, event.sequence, event.type, event.orderId))
  for (const symbol of ['BTCUSD', 'ETHUSD']) {
    const [own, wanted] = [seen, expected].map((keys) => keys.filter((key) => key.startsWith(symbol)))
    if (mayLack) expect(own).toEqual(wanted.filter((key) => own.includes(key)))
    else {
      expect(own).toEqual(wanted.slice(wanted.length - own.length))
      const since = expected.slice(entriesBefore).filter((key) => key.startsWith(symbol))
      expect(own.length).toBeGreaterThanOrEqual(since.length)
    }
  }
  for (const { event, order } of shown) {
    const truth = all.find(
      (one) => one.symbol === event.symbol && one.number === event.sequence && one.orderId === event.orderId,
    )
    if (order === null) expect(truth?.order).toBeUndefined()
    else if (order.sequence === truth?.order?.lastEvent) {
      expect(order).toEqual(orderSummary(truth.order, INSTRUMENTS.get(event.symbol) as Instrument))
    } else expect(order.sequence).toBeGreaterThan(event.sequence)
  }
  const open = exchange.openOrders(account).map(({ orderId, lastEvent }) => [orderId, lastEvent])
  expect([...follower.open.values()].map(({ orderId, sequence }) => [orderId, sequence]).sort()).toEqual(open.sort())
}

describe('a topic that cannot begin', () => {
  const BOOK = { channel: 'book', symbol: 'BTCUSD', depth: 10 } as const
  const SECONDS = { channel: 'candles', symbol: 'BTCUSD', interval: '1s' } as const
  const HOURS = { channel: 'candles', symbol: 'BTCUSD', interval: '1h' } as const
  const ALL: readonly Topic[] = [SECONDS, HOURS, BOOK, { channel: 'ticker', symbol: 'BTCUSD' }]

  async function tradedWorld() {
    const world = new PushedWorld(1, CALM)
    for (let times = 0; times < 20; times++) {
      world.exchange.nowMs += 1_000
      world.trade('BTCUSD', 10)
    }
    const { market } = world.exchange.ports
    return { world, market, candles: market.candles }
  }

  test('holds up no other topic of its symbol, and begins later', async () => {
    const { world, market, candles } = await tradedWorld()
    market.candles = async (symbol, interval, range) => {
      if (interval !== '1h') return candles(symbol, interval, range)
      throw new OperationalFailure('unavailable', 'the candles are being made', { retryable: true })
    }
    const client = await world.connect(ALL, undefined)
    await world.settle()
    for (const topic of ALL) {
      const state = client.follower.topics.get(topicKey(topic)) as FollowedState
      if (topic === HOURS) expect(state.last).toBeUndefined()
      else expectCurrent(topicKey(topic), state, world.exchange)
    }
    market.candles = candles
    await world.deliver(1)
    expectCurrent(topicKey(HOURS), client.follower.topics.get(topicKey(HOURS)) as FollowedState, world.exchange)
    expect(world.troubles).toEqual([])
  })

  test('is shorter if its seconds have too many trades', async () => {
    const { world, market, candles } = await tradedWorld()
    let refused = 0
    market.candles = async (symbol, interval, range) => {
      const within = world.exchange.tradesOf(symbol).filter(({ timestampMs }) => timestampMs >= range.fromMs)
      if (interval !== '1s' || within.length <= 30) return candles(symbol, interval, range)
      refused++
      throw new RangeTooLarge(within.length, 30)
    }
    const client = await world.connect(ALL, undefined)
    await world.settle()
    expect(refused).toBeGreaterThan(0)
    for (const topic of ALL) {
      expectCurrent(topicKey(topic), client.follower.topics.get(topicKey(topic)) as FollowedState, world.exchange)
    }
    expect(world.troubles).toEqual([])
  })
})

describe('a follower that was not reached, of a symbol and an account without further events', () => {
  const TOPICS: readonly Topic[] = [
    { channel: 'book', symbol: 'BTCUSD', depth: 10 },
    { channel: 'trades', symbol: 'BTCUSD' },
  ]

  /** Every post to one of two followers is refused while the last events are pushed. */
  async function late() {
    const world = new PushedWorld(1, CALM)
    const [reached, missed] = [await world.connect(TOPICS, 'bob'), await world.connect(TOPICS, 'bob')]
    world.trade('BTCUSD', 30)
    await world.deliverAll()
    missed.failing = Number.POSITIVE_INFINITY
    world.trade('BTCUSD', 30)
    await world.deliverAll()
    return { world, reached, missed }
  }
  const isCurrent = ({ follower }: Client, { exchange }: PushedWorld): boolean => {
    const open = exchange.openOrders('bob').map(({ orderId, lastEvent }) => `${orderId} ${lastEvent}`)
    const shown = [...follower.open.values()].map(({ orderId, sequence }) => `${orderId} ${sequence}`)
    const { eventNumber } = exchange.view('BTCUSD')
    const last = TOPICS.map((topic) => follower.topics.get(topicKey(topic))?.last)
    return last.every((number) => number === eventNumber) && String(shown.sort()) === String(open.sort())
  }

  test.each([
    ['of the same process', false],
    ['of a new process', true],
  ])('is noted until it has its snapshots, %s', async (_, restarts) => {
    const { world, reached, missed } = await late()
    const notes = [{ symbol: 'BTCUSD' }, { symbol: 'BTCUSD', account: 'bob' }]
    expect([isCurrent(reached, world), isCurrent(missed, world)]).toEqual([true, false])
    expect(await world.late.all()).toEqual(notes)
    if (restarts) world.restart()
    await world.wakeAndDeliver()
    expect([isCurrent(missed, world), await world.late.all()]).toEqual([false, notes])
    missed.failing = 0
    await world.wakeAndDeliver()
    expect([isCurrent(missed, world), await world.late.all()]).toEqual([true, []])
    const texts = reached.follower.texts.length
    await world.wakeAndDeliver()
    expect(reached.follower.texts).toHaveLength(texts)
  })

  test('is noted before its records are done', async () => {
    const { world, missed } = await late()
    await world.late.remove(await world.late.all())
    world.restart()
    const { note } = world.late
    let refused = 0
    world.late.note = async (late) => {
      if (++refused > 2) return note.call(world.late, late)
      throw new OperationalFailure('unavailable', 'the table is throttled', { retryable: true })
    }
    world.trade('BTCUSD', 5)
    await world.deliverAll()
    expect(refused).toBe(3)
    missed.failing = 0
    await world.wakeAndDeliver()
    expect([isCurrent(missed, world), await world.late.all()]).toEqual([true, []])
  })

  test('is woken again if the wake is lost, or its note cannot be removed', async () => {
    const { world, missed } = await late()
    missed.failing = 0
    world.faults = { ...CALM, lost: true }
    world.random.chance = () => true
    await world.wakeAndDeliver()
    expect(isCurrent(missed, world)).toBe(false)
    world.faults = CALM
    const { remove } = world.late
    world.late.remove = async () => {
      throw new OperationalFailure('unavailable', 'the table is throttled', { retryable: true })
    }
    await world.wakeAndDeliver()
    expect([isCurrent(missed, world), (await world.late.all()).length]).toEqual([true, 2])
    world.late.remove = remove
    await world.wakeAndDeliver()
    expect(await world.late.all()).toEqual([])
  })
})
