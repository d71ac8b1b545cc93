/**
 * `npm run bench -- feed`: live market data and orders over WebSocket. Delays from the acknowledgement of an order to the
 * last of many followers; deliveries a second beside `ws` alone with the same frames; order entry with many requests in
 * flight, and at a rate beside HTTP; memory of an idle follower; and what followers cost matching.
 */

import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type LakeWriting, lakeWriting } from './feed/lake-writing.ts'
import { type Followed, type MatchingSpeed, matchingSpeed } from './feed/matching.ts'
import { placeManyInFlight, roundTrips } from './feed/order-entry.ts'
import { BareFeed, Followers } from './feed/processes.ts'
import { threadMs } from './feed/thread-time.ts'
import { sendTradePairs } from './feed/trade-pairs.ts'
import { startExchange } from './http/servers.ts'

const DIST = fileURLToPath(new URL('../../dist', import.meta.url))
const SYMBOLS = ['BTCUSD', 'ETHUSD', 'ENERGY-DE']
const TRADES_PER_SECOND = 1_000
const ORDERS_PER_SECOND = 1_000
const EVENTS_OF_A_TRADE = 3
const MATCHING_FOLLOWERS = 100

export const FEED_PARTS = ['fan-out', 'orders', 'round-trips', 'matching', 'lake'] as const
export type FeedPart = (typeof FEED_PARTS)[number]

export interface FeedBenchOptions {
  readonly parts: readonly FeedPart[]
  readonly rounds: number
  /** A fraction is allowed. */
  readonly seconds: number
  readonly followers: number
  /** Orders of a round of matching. */
  readonly orders: number
}

export interface FeedRow {
  readonly what: string
  readonly value: string
}

const subscribe = (channel: string, symbols: readonly string[], more = ''): string =>
  `{"id":1,"op":"subscribe","channel":"${channel}","symbols":${JSON.stringify(symbols)}${more}}`

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b)
const quantile = (values: readonly number[], q: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * q))]
const median = (values: readonly number[]): number => quantile(values, 0.5)
const ms = (value: number): string => `${value.toFixed(1)} ms`
const count = (value: number): string => Math.round(value).toLocaleString('en')

export async function benchFeed(options: FeedBenchOptions): Promise<FeedRow[]> {
  const [one, five, fifteen] = loadavg().map((load) => load.toFixed(1))
  const rows = [{ what: 'load of the machine before', value: `${one} ${five} ${fifteen}` }]
  for (const part of options.parts) rows.push(...(await MEASUREMENTS[part](options)))
  return [...rows, { what: 'load of the machine after', value: loadavg()[0].toFixed(1) }]
}

/** Followers in processes of their own, so that they read at once. */
async function fanOut({ rounds, seconds, followers }: FeedBenchOptions): Promise<FeedRow[]> {
  const exchange = await startExchange()
  const bare = new BareFeed()
  const group = new Followers()
  const rows: FeedRow[] = []
  try {
    const idleBefore = await residentBytes(exchange.port)
    await group.open(exchange.port, followers, [
      subscribe('trades', ['BTCUSD']),
      subscribe('book', ['BTCUSD'], ',"depth":10'),
    ])
    await pause(1_000)
    const idle = ((await residentBytes(exchange.port)) - idleBefore) / followers
    rows.push({
      what: `memory of an idle follower of 2 topics (${followers} of them)`,
      value: `${(idle / 1024).toFixed(1)} KiB`,
    })

    await sendTradePairs(exchange.port, ['BTCUSD'], TRADES_PER_SECOND, Math.min(2, seconds), 'warm')
    await pause(200)
    await group.report()
    const before = (await bookOf(exchange.port)).sequence
    const { answeredMs } = await sendTradePairs(exchange.port, ['BTCUSD'], TRADES_PER_SECOND, seconds, 'lat')
    await pause(500)
    const { lastAtMs, frames, closed } = await group.report()
    const delays = delaysOf(answeredMs, before, lastAtMs)
    rows.push({
      what: `acknowledgement to the last of ${followers} followers, ${TRADES_PER_SECOND} trades/s`,
      value: `p50 ${ms(median(delays))}, p99 ${ms(quantile(delays, 0.99))} (${count(frames / seconds)} deliveries/s, ${closed} closed)`,
    })
    await group.close()

    const all = [
      subscribe('trades', SYMBOLS),
      subscribe('book', SYMBOLS, ',"depth":10'),
      subscribe('ticker', SYMBOLS),
      subscribe('candles', SYMBOLS, ',"interval":"1s"'),
    ]
    const ours: number[] = []
    const theirs: number[] = []
    const oursPerSecondOfThread: number[] = []
    const theirsPerSecondOfThread: number[] = []
    const settleMs = Math.min(500, seconds * 1_000)
    for (let round = 0; round < rounds; round++) {
      await group.open(exchange.port, followers, all)
      await pause(settleMs)
      await group.report()
      const sending = sendTradePairs(exchange.port, SYMBOLS, 3 * TRADES_PER_SECOND, seconds + 1, `all${round}`)
      await pause(settleMs)
      const { samples } = await group.report()
      const sender = firstThreadMs(exchange.pid)
      await pause(seconds * 1000)
      const measured = await group.report()
      ours.push(measured.frames / seconds)
      oursPerSecondOfThread.push((measured.frames * 1000) / (firstThreadMs(exchange.pid) - sender))
      await sending
      await group.close()
      // The same frames: those of one tick.
      const tick = samples.filter((text) => text.startsWith('{"type":"update"')).slice(0, 12)
      await group.open(await bare.port, followers, [])
      bare.send(tick)
      await pause(settleMs)
      await group.report()
      const bareSender = firstThreadMs(bare.pid)
      await pause(seconds * 1000)
      const compared = await group.report()
      theirs.push(compared.frames / seconds)
      theirsPerSecondOfThread.push((compared.frames * 1000) / (firstThreadMs(bare.pid) - bareSender))
      bare.send([])
      await group.close()
    }
    const [own, others] = [median(ours), median(theirs)]
    rows.push({
      what: `deliveries/s to ${followers} followers of 12 topics; ws alone with the same frames`,
      value: `${count(own)}; ${count(others)}; ratio ${(own / others).toFixed(2)}`,
    })
    const [ownOfThread, othersOfThread] = [median(oursPerSecondOfThread), median(theirsPerSecondOfThread)]
    rows.push({
      what: 'the same for each second of processor time of the thread that sends',
      value: `${count(ownOfThread)}; ${count(othersOfThread)}; ratio ${(ownOfThread / othersOfThread).toFixed(2)}`,
    })
  } finally {
    group.end()
    bare.end()
    await exchange.stop()
  }
  return rows
}

/** For each trade the time from its answer to the last follower. A trade is in the first update that reaches its event. */
function delaysOf(
  answeredMs: readonly number[],
  before: number,
  lastAtMs: readonly (readonly [number, number])[],
): number[] {
  const updates = [...lastAtMs].sort(([a], [b]) => a - b)
  let next = 0
  return answeredMs.map((answered, n) => {
    const event = before + EVENTS_OF_A_TRADE * (n + 1)
    while (next < updates.length - 1 && updates[next][0] < event) next++
    return updates[next][1] - answered
  })
}

async function ordersInFlight({ rounds, seconds }: FeedBenchOptions): Promise<FeedRow[]> {
  const exchange = await startExchange()
  try {
    const speeds: number[] = []
    const perSecondOfThread: number[] = []
    for (let round = 0; round <= rounds; round++) {
      const receiver = firstThreadMs(exchange.pid)
      const { orders, perSecond } = await placeManyInFlight(exchange.port, 8, seconds, `e${round}`)
      // Round 0 warms up.
      if (round === 0) continue
      speeds.push(perSecond)
      perSecondOfThread.push((orders * 1000) / (firstThreadMs(exchange.pid) - receiver))
    }
    return [
      {
        what: 'orders/s over 8 sockets, 1,000 in flight on each, durable',
        value: `${count(median(speeds))}; for each second of processor time of the edge thread ${count(median(perSecondOfThread))}`,
      },
    ]
  } finally {
    await exchange.stop()
  }
}

async function roundTripsBesideHttp({ rounds, seconds }: FeedBenchOptions): Promise<FeedRow[]> {
  const exchange = await startExchange()
  try {
    const trips = { socket: [] as number[], http: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      for (const over of ['socket', 'http'] as const) {
        trips[over].push(...(await roundTrips(exchange.port, over, ORDERS_PER_SECOND, seconds, `${over}${round}`)))
      }
    }
    const show = (values: readonly number[]) => `p50 ${ms(median(values))}, p99 ${ms(quantile(values, 0.99))}`
    return [
      { what: `round trip at ${ORDERS_PER_SECOND} orders/s over one socket`, value: show(trips.socket) },
      { what: `the same over HTTP`, value: show(trips.http) },
    ]
  } finally {
    await exchange.stop()
  }
}

async function matching({ rounds, orders }: FeedBenchOptions): Promise<FeedRow[]> {
  const speeds: Record<Followed, MatchingSpeed[]> = { 'no thread': [], 'no followers': [], followers: [] }
  for (let round = 0; round < rounds; round++) {
    for (const how of Object.keys(speeds) as Followed[]) {
      speeds[how].push(await matchingSpeed(DIST, how, MATCHING_FOLLOWERS, orders))
    }
  }
  const medians = (how: Followed) => ({
    perSecond: median(speeds[how].map(({ perSecond }) => perSecond)),
    perCoreSecond: median(speeds[how].map(({ perCoreSecond }) => perCoreSecond)),
  })
  const without = medians('no thread')
  const show = (how: Followed) => {
    const { perSecond, perCoreSecond } = medians(how)
    const ratios = [perSecond / without.perSecond, perCoreSecond / without.perCoreSecond].map((ratio) =>
      ratio.toFixed(2),
    )
    return `${count(perSecond)}, ${count(perCoreSecond)} for each second of the core thread; ratios ${ratios.join(', ')}`
  }
  return [
    { what: 'orders/s in batches without the thread of market data', value: show('no thread') },
    { what: 'the same with the thread and no followers', value: show('no followers') },
    { what: `the same with ${MATCHING_FOLLOWERS} followers of all channels`, value: show('followers') },
  ]
}

/** In turn, so that both meet the same load of the machine. */
async function lakeCost({ rounds, orders }: FeedBenchOptions): Promise<FeedRow[]> {
  const pairs: { off: LakeWriting; on: LakeWriting }[] = []
  for (let round = 0; round < rounds; round++) {
    const off = await lakeWriting(DIST, false, orders)
    pairs.push({ off, on: await lakeWriting(DIST, true, orders) })
  }
  const all = (read: (pair: (typeof pairs)[number]) => number) => {
    const values = sorted(pairs.map(read))
    const shown = [median(values), values[0], values[values.length - 1]].map((value) => value.toFixed(2))
    return `${shown[0]} (${shown[1]} … ${shown[2]})`
  }
  const on = (read: (writing: LakeWriting) => number) => median(pairs.map((pair) => read(pair.on)))
  return [
    {
      what: 'orders/s in batches with the lake; ratio to those without it; ratio for each second of the core thread',
      value: `${count(on(({ perSecond }) => perSecond))}; ${all((pair) => pair.on.perSecond / pair.off.perSecond)}; ${all((pair) => pair.on.perCoreSecond / pair.off.perCoreSecond)}`,
    },
    { what: 'µs of the thread of the lake for each order', value: all((pair) => pair.on.lakeMicroseconds) },
    { what: 'bytes of the lake for each order with its trades', value: count(on(({ lakeBytes }) => lakeBytes)) },
  ]
}

const MEASUREMENTS: Record<FeedPart, (options: FeedBenchOptions) => Promise<FeedRow[]>> = {
  'fan-out': fanOut,
  orders: ordersInFlight,
  'round-trips': roundTripsBesideHttp,
  matching,
  lake: lakeCost,
}

const firstThreadMs = (pid: number): number => threadMs(pid).get(pid) ?? Number.NaN

async function residentBytes(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1])
}

async function bookOf(port: number): Promise<{ sequence: number }> {
  return (await fetch(`http://127.0.0.1:${port}/book/BTCUSD?depth=1`)).json() as Promise<{ sequence: number }>
}
