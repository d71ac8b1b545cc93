/**
 * What a client of live market data may rely on, on either runtime: the client library follows every channel and
 * orders over the same socket; no account sees another's orders; faults of the network and of the exchange are repaired.
 */

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { ClientOptions } from '../../src/client/client-options.ts'
import type { NewOrder, Order } from '../../src/client/messages.ts'
import { allOrders, checkBalance, checkJournal } from '../e2e/audit.ts'
import { Journal } from '../e2e/order-load.ts'
import { randomOf } from '../e2e/random.ts'
import { type Message, orderEvents, SocketClient, shownTrades } from '../e2e/socket-client.ts'
import { faultyNetwork } from './faulty-socket.ts'
import { differenceOf, lastTradeOf, ORDER, shownBy, trade } from './live-checks.ts'
import { apiFor, clientOf, keyOf, type LiveExchange, LONG, REPAIRED, tradeNumber } from './live-exchange.ts'
import { tradingProgramTest } from './trading-program.ts'

const SEED = Number(process.env.LIVE_SEED ?? Math.floor(Math.random() * 2 ** 31))

/** `kills`: how often the exchange is interrupted under load. `more`: further tests of the same exchange. LIVE_SEED repeats the choices of a run, but not its timing. */
export function liveSuite(
  name: string,
  kills: number,
  start: () => Promise<LiveExchange>,
  more: () => void = () => {},
): void {
  describe(`live market data, ${name} (seed ${SEED})`, { timeout: 180_000 }, () => {
    let exchange: LiveExchange
    beforeAll(async () => {
      exchange = await start()
    }, 180_000)
    afterAll(() => exchange?.stop(), 60_000)

    const client = (account?: string, options: Partial<ClientOptions> = {}) => {
      const made = clientOf(exchange, account, options)
      onTestFinished(() => made.close())
      return made
    }
    const api = (account: string) => {
      const made = apiFor(exchange, account)
      onTestFinished(() => made.close())
      return made
    }
    tradingProgramTest(() => exchange)
    more()

    test('the client follows every channel, and has what the exchange has', async () => {
      const symbol = 'ETHUSD'
      const [watcher, trader, read] = [client(), client('alice'), api('alice')]
      const books = [watcher.book(symbol, 10), watcher.book(symbol, 100)]
      const [trades, ticker, candles] = [watcher.trades(symbol), watcher.ticker(symbol), watcher.candles(symbol, '1m')]
      const orders = trader.orders()
      await Promise.all([...books, trades, ticker, candles, orders].map((feed) => feed.ready()))
      await trade(trader, symbol, randomOf(SEED))

      await expect
        .poll(async () => {
          const { body } = await read.get('/orders?limit=1000&status=OPEN')
          return (body.orders as Order[]).filter(({ status }) => status === 'PENDING').length
        }, LONG)
        .toBe(0)
      for (const book of books) await expect.poll(() => differenceOf(book, read), LONG).toBeUndefined()
      const { body: tape } = await read.get(`/trades/${symbol}?limit=1000`)
      const newestFirst = (all: readonly { tradeId: string }[]) => [...all].reverse().map(tradeNumber)
      await expect.poll(() => newestFirst(trades.trades), LONG).toEqual(tape.trades.map(tradeNumber))
      expect(tape.trades.length).toBeGreaterThan(3)

      const { timestamp: _, symbol: __, sequence: ___, ...window } = (await read.get(`/ticker/${symbol}`)).body
      await expect.poll(() => ticker.ticker, LONG).toMatchObject(window)
      const { body: stored } = await read.get(`/candles/${symbol}?interval=1m&limit=100`)
      const traded = (all: readonly Message[]) =>
        all
          .filter(({ count }) => count > 0)
          .map(({ start, open, close, volume, count }) => [start, open, close, volume, count])
      await expect.poll(() => traded(candles.candles), LONG).toEqual(traded(stored.candles))
      expect(traded(candles.candles).length).toBeGreaterThan(0)

      const { body: open } = await read.get('/orders?limit=1000&status=OPEN')
      const states = (all: Iterable<Order>) =>
        [...all]
          .map(({ orderId, status, price, remainingQuantity }) => [orderId, status, price, remainingQuantity].join(' '))
          .sort()
      await expect.poll(() => states(orders.open.values()), LONG).toEqual(states(open.orders))
      expect(open.orders.length).toBeGreaterThanOrEqual(8)
      expect([watcher.counts.checksums, trader.counts.lost]).toEqual([0, 0])

      const canceled = await trader.cancelAll(symbol, { wait: 10 })
      expect([200, 202]).toContain(canceled.status)
      await expect.poll(() => orders.open.size, LONG).toBe(0)
    })

    test('no account sees the orders of another by any channel', async () => {
      const open = async () => {
        const made = await SocketClient.open(exchange.url)
        onTestFinished(() => made.close())
        return made
      }
      const [alice, bob, nobody] = [await open(), await open(), await open()]
      expect(await nobody.request('subscribe', { channel: 'orders' })).toMatchObject({
        error: { code: 'unauthorized' },
      })
      expect(await nobody.request('place', { order: ORDER })).toMatchObject({ error: { code: 'unauthorized' } })
      expect(await nobody.request('authenticate', { key: 'wrong' })).toMatchObject({ error: { code: 'unauthorized' } })
      for (const [socket, account] of [
        [alice, 'alice'],
        [bob, 'bob'],
      ] as const) {
        const bound = await socket.request('authenticate', { key: keyOf(account) })
        expect(bound).toMatchObject({ result: { account } })
        await socket.subscribe('orders')
      }
      const symbols = [ORDER.symbol]
      for (const socket of [alice, bob, nobody]) {
        for (const channel of ['book', 'trades', 'ticker']) await socket.subscribe(channel, { symbols })
        await socket.subscribe('candles', { symbols, interval: '1m' })
      }
      const before = shownTrades(nobody.of('trades')).length
      const placed = (orderId: string, more: object) => ({ order: { ...ORDER, orderId, ...more }, wait: 10 })
      await alice.request('place', placed('secret-of-alice', { tag: 'tag-of-alice' }))
      await bob.request('place', placed('secret-of-bob', { side: 'SELL', quantity: '0.5' }))
      const types = (socket: SocketClient) => orderEvents(socket).map(({ type }) => type)
      for (const socket of [alice, bob]) await expect.poll(() => types(socket), LONG).toEqual(['ACCEPTED', 'TRADE'])
      await expect.poll(() => shownTrades(nobody.of('trades')).length, LONG).toBe(before + 1)
      expect(JSON.stringify(alice.data)).not.toMatch(/bob/)
      expect(JSON.stringify(bob.data)).not.toMatch(/alice/)
      expect(JSON.stringify(nobody.data)).not.toMatch(/alice|bob|secret/)
      const reached = await bob.request('cancel', { orderId: 'secret-of-alice' })
      expect(reached).toMatchObject({ error: { code: 'order_not_found' } })
      await alice.request('cancel', { orderId: 'secret-of-alice', wait: 10 })
    })

    test('a client whose network loses, repeats and reorders messages ends with the book of the exchange', async () => {
      const symbol = 'ETHUSD'
      const random = randomOf(SEED + 1)
      const network = faultyNetwork(random)
      const times = { openMs: 10_000, silenceMs: 1_000 }
      const follower = client(undefined, { WebSocket: network.Socket, times })
      const [trader, read] = [client('dave'), api('dave')]
      const books = [follower.book(symbol, 10), follower.book(symbol, 100)]
      const trades = follower.trades(symbol)
      const shown = shownBy(trades)
      await Promise.all(books.map((book) => book.ready()))
      const { counts } = network
      const kinds = () => [counts.lost, counts.repeated, counts.reordered].filter((count) => count > 0).length
      for (let round = 0; round < 3 || (kinds() < 3 && round < 20); round++) await trade(trader, symbol, random)
      /** Sells to the best bid. Returns the number of the last trade. */
      const sell = async (orderId: string): Promise<number> => {
        await trader.place({ ...ORDER, symbol, orderId, side: 'SELL', price: '1.00' }, { wait: 10 })
        return lastTradeOf(orderId, read)
      }
      network.faults = 'all'
      const before = counts.lost
      await sell(`lost-${SEED}`)
      // A message of each feed.
      await expect.poll(() => counts.lost, LONG).toBeGreaterThanOrEqual(before + 3)
      network.faults = 'none'
      // What was lost last is seen with the next message of the same feed. So the last order changes both: it trades.
      const newest = await sell(`last-${SEED}`)
      for (const book of books) await expect.poll(() => differenceOf(book, read), REPAIRED).toBeUndefined()
      await shown.allTo(newest)
      expect(kinds()).toBe(3)
      await trader.cancelAll(symbol, { wait: 10 })
    })

    test(`after ${kills} kills under load each order is there once, and each trade was shown once`, async () => {
      const symbol = 'ENERGY-DE'
      const random = randomOf(SEED + 2)
      const journal = new Journal([symbol])
      const [watcher, trader] = [client(), client('carol')]
      const feed = watcher.trades(symbol)
      const shown = shownBy(feed)
      await feed.ready()
      let isEnough = false
      const one = async (): Promise<void> => {
        while (!isEnough) {
          const order = journal.order(random) as NewOrder & { orderId: string }
          await trader.place(order, random.chance(0.2) ? { wait: 5 } : {})
          journal.acknowledge(order.orderId)
        }
      }
      const trading = Promise.all(Array.from({ length: 4 }, one))
      for (let kill = 0; kill < kills; kill++) {
        await new Promise((resolve) => setTimeout(resolve, 300 + random.below(700)))
        await exchange.interrupt(random)
      }
      const before = journal.entries.size
      await expect.poll(() => journal.entries.size, REPAIRED).toBeGreaterThan(before + 20)
      isEnough = true
      await trading

      const read = api('carol')
      await expect
        .poll(async () => {
          const all = [...(await allOrders(read)).values()]
          return [all.length, all.filter(({ status }) => status === 'PENDING').length]
        }, REPAIRED)
        .toEqual([journal.entries.size, 0])
      const orders = await allOrders(read)
      checkJournal(journal, orders)
      await checkBalance(read, orders, [symbol])
      const newest = tradeNumber((await read.get(`/trades/${symbol}?limit=1`)).body.trades[0])
      await shown.allTo(newest)
      expect(watcher.counts.checksums).toBe(0)
    })
  })
}
