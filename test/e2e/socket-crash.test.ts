/**
 * Kills the real process at random moments while clients follow the market and place orders over the socket. Clients
 * connect again by themselves and send again what was not answered. No acknowledged order is lost or entered twice, and
 * a client that is back is shown every trade once.
 *
 * CRASH_ROUNDS=200 runs longer. CRASH_SEED repeats the choices of a run, but not its timing.
 */

import { expect, test } from 'vitest'
import { BookFollower } from '../../src/marketdata/book-follower.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import { allOrders, checkBalance, checkJournal } from './audit.ts'
import { Journal, type SentOrder } from './order-load.ts'
import { randomOf } from './random.ts'
import { startExchange, verify } from './running-exchange.ts'
import { type Message, SocketClient, shownTrades } from './socket-client.ts'

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 5)
const SEED = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31))
const SYMBOL = 'BTCUSD'
const LONG = { timeout: 60_000 }

/** A follower of trades and a book. What it receives over one connection is one list. */
class Follower {
  readonly connections: Message[][] = []
  readonly results = new Set<string>()
  readonly book = new BookFollower(100)

  async connect(url: string): Promise<SocketClient> {
    const client = await SocketClient.open(url)
    const messages: Message[] = []
    this.connections.push(messages)
    client.onData = (message) => {
      if (message.channel === 'book') this.results.add(this.book.apply(message))
      else messages.push(message)
    }
    await client.request('subscribe', { channel: 'trades', symbols: [SYMBOL] })
    await client.request('subscribe', { channel: 'book', symbols: [SYMBOL] })
    return client
  }
}

test(`no acknowledged order is lost over the socket in ${ROUNDS} kills (seed ${SEED})`, {
  timeout: 60_000 + ROUNDS * 30_000,
}, async () => {
  const data = temporaryDirectory()
  const random = randomOf(SEED)
  const journal = new Journal([SYMBOL])
  const followers = [new Follower(), new Follower()]

  /** Sends an order, and notes its answer. */
  const place = async (client: SocketClient, order: SentOrder): Promise<void> => {
    const answer = await client.request('place', { order, ...(random.chance(0.2) && { wait: 5 }) })
    if (answer.type !== 'result') throw new Error(JSON.stringify(answer))
    journal.acknowledge(order.orderId)
  }
  /** Places orders with many in flight until the connection breaks. */
  const trade = async (client: SocketClient): Promise<void> => {
    const one = async (): Promise<void> => {
      for (;;)
        await place(
          client,
          random.chance(0.1) ? (journal.recent(random)?.order ?? journal.order(random)) : journal.order(random),
        )
    }
    const results = await Promise.allSettled(Array.from({ length: 20 }, one))
    for (const result of results) {
      if (result.status === 'rejected' && !/closed|not open/.test(String(result.reason))) throw result.reason
    }
  }

  for (let round = 1; round <= ROUNDS; round++) {
    const exchange = await startExchange(data)
    for (const follower of followers) await follower.connect(exchange.url)
    const traders = [await SocketClient.open(exchange.url), await SocketClient.open(exchange.url)]
    // What was not answered is sent again.
    for (const { order, acknowledged } of [...journal.entries.values()])
      if (!acknowledged) await place(traders[0], order)
    const trading = traders.map(trade)
    await new Promise((resolve) => setTimeout(resolve, 50 + random.below(800)))
    await exchange.stop('SIGKILL')
    await Promise.all(trading)
  }

  const last = await startExchange(data)
  const api = apiOf(last.url)
  const clients = await Promise.all(followers.map((follower) => follower.connect(last.url)))
  const trader = await SocketClient.open(last.url)
  for (const { order, acknowledged } of [...journal.entries.values()]) if (!acknowledged) await place(trader, order)
  for (let i = 0; i < 100; i++) await place(trader, journal.order(random))
  const orders = await allOrders(api)
  checkJournal(journal, orders)
  expect(orders.size).toBe(journal.entries.size)
  await checkBalance(api, orders)

  const newest = (await api.get(`/trades/${SYMBOL}?limit=1`)).body.trades[0]
  const end = Number(/-(\d+)$/.exec(newest.tradeId)?.[1])
  const { sequence } = (await api.get(`/book/${SYMBOL}`)).body
  for (const { connections, results, book } of followers) {
    await expect.poll(() => shownTrades(connections.at(-1) ?? []).at(-1), LONG).toBe(end)
    await expect.poll(() => book.sequence, LONG).toBe(sequence)
    expect([...results]).toEqual(['applied'])
    for (const messages of connections) {
      const shown = shownTrades(messages)
      const first = shown[0] ?? 1
      expect(shown).toEqual(Array.from({ length: shown.length }, (_, i) => first + i))
    }
  }
  for (const client of [...clients, trader]) client.close()
  api.close()
  expect((await last.stop('SIGTERM')).code).toBe(0)
  expect(await verify(data)).toMatchObject({ agrees: true, differences: [], orders: journal.entries.size })
})
