/** The WebSocket of the real process: market data, order entry, and how connections end. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { sha256Hex } from '../../src/entry/api-keys.ts'
import { BookFollower } from '../../src/marketdata/book-follower.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import { randomOf } from './random.ts'
import { eventually, launchProcess, type RunningExchange, removeLater, startExchange } from './running-exchange.ts'
import { type Message, orderEvents, SocketClient, shownTrades } from './socket-client.ts'

const LONG = { timeout: 30_000 }

async function opened(words: readonly string[] = []) {
  const exchange = await startExchange(temporaryDirectory(), words)
  const api = apiOf(exchange.url)
  onTestFinished(async () => {
    api.close()
    await exchange.stop('SIGKILL')
  })
  const connect = (headers = {}) => SocketClient.open(exchange.url, headers)
  return { exchange, api, connect }
}

const order = (more: object = {}) => ({ symbol: 'BTCUSD', side: 'BUY', quantity: '1', price: '100.00', ...more })

/** A metric of the exchange, with its labels. */
async function metric(exchange: RunningExchange, name: string): Promise<number> {
  const text = await (await fetch(`${exchange.url}/metrics`)).text()
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  )
}

/** Opens many followers, says so, and waits to be ended. */
const FOLLOWERS = `
import { WebSocket } from 'ws'
const [url, count] = process.argv.slice(1)
let open = 0
for (let i = 0; i < Number(count); i++) {
  const ws = new WebSocket(url)
  ws.on('error', () => {})
  ws.on('open', () => {
    for (const channel of ['book', 'trades', 'ticker']) ws.send(JSON.stringify({ id: 1, op: 'subscribe', channel, symbols: ['BTCUSD'] }))
    if (++open === Number(count)) console.log('all open')
  })
}
`

function followers(exchange: RunningExchange, count: number) {
  const words = ['--input-type=module', '-e', FOLLOWERS, `${exchange.url.replace('http', 'ws')}/ws`, String(count)]
  return launchProcess(process.execPath, words, {})
}

/** Their half minute passes beside the other tests. The last test waits for its end. */
let silent: { readonly exchange: RunningExchange; readonly child: ReturnType<typeof followers> }
beforeAll(async () => {
  const exchange = await startExchange(removeLater())
  silent = { exchange, child: followers(exchange, 50) }
  await eventually(async () => (silent.child.stdout().includes('all open') ? true : undefined))
  await eventually(async () => ((await metric(exchange, 'exchange_socket_clients')) === 50 ? true : undefined))
  silent.child.process.kill('SIGSTOP')
}, 120_000)
test('followers have the book, the trades and the orders that the exchange has, and order over the same socket', async () => {
  const { api, connect } = await opened()
  const [trader, watcher] = [await connect(), await connect()]
  const books = [10, 100].map((depth) => ({ depth, follower: new BookFollower(depth) }))
  const applied: string[] = []
  watcher.onData = (message) => {
    const book = message.channel === 'book' && books.find(({ depth }) => depth === message.depth)
    if (book) applied.push(book.follower.apply(message))
  }
  for (const { depth } of books) await watcher.subscribe('book', { symbols: ['BTCUSD'], depth })
  await watcher.subscribe('trades', { symbols: ['BTCUSD'] })
  await trader.subscribe('orders')
  const random = randomOf(3)
  const answers: Message[] = []
  for (let round = 0; round < 40; round++) {
    const sent = Array.from({ length: 25 }, (_, i) => {
      const price = `${90 + random.below(20)}.00`
      const side = random.pick(['BUY', 'SELL'])
      return trader.request('place', { order: order({ orderId: `s-${round}-${i}`, side, price }) })
    })
    answers.push(...(await Promise.all(sent)))
  }
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202))
  const canceled = await trader.request('cancel', { orderId: 's-39-0' })
  expect([202, 409]).toContain(canceled.status ?? canceled.error.status)
  expect(await trader.request('cancelAll', { symbol: 'ETHUSD', wait: 5 })).toMatchObject({ status: 200 })

  const { body: book } = await api.get('/book/BTCUSD?depth=1000')
  for (const { depth, follower } of books) {
    await expect.poll(() => follower.sequence, LONG).toBe(book.sequence)
    const text = (levels: readonly Message[]) => levels.slice(0, depth).map(Object.values)
    expect([follower.bids, follower.asks]).toEqual([text(book.bids), text(book.asks)])
  }
  expect(new Set(applied)).toEqual(new Set(['applied']))
  const { body: trades } = await api.get('/trades/BTCUSD?limit=1000')
  await expect.poll(() => shownTrades(watcher.of('trades')).length, LONG).toBe(trades.trades.length)
  expect(shownTrades(watcher.of('trades'))).toEqual(trades.trades.map((_: unknown, i: number) => i + 1))
  const events = () => orderEvents(trader).map(({ type }) => type)
  await expect.poll(() => events().filter((type) => type === 'TRADE').length, LONG).toBe(2 * trades.trades.length)
  expect(events().filter((type) => type === 'ACCEPTED')).toHaveLength(1_000)
})

test('a client that does not read is closed with its code, and the others are not delayed', async () => {
  const { exchange, connect } = await opened(['--account-open-orders', '1000000'])
  const [slow, watcher, trader] = [await connect(), await connect(), await connect()]
  for (const client of [slow, watcher]) await client.subscribe('orders')
  // The kernel takes some megabytes first.
  const socket = (slow.ws as unknown as { _socket: { pause(): void; resume(): void } })._socket
  socket.pause()
  const updates = () => orderEvents(watcher).length
  let sent = 0
  // The session that is closed has no subscription any more.
  while ((await metric(exchange, 'exchange_market_subscriptions')) === 2) {
    const orders = Array.from({ length: 500 }, () => order({ orderId: `slow-${++sent}` }))
    const answer = await trader.request('placeBatch', { orders })
    const accepted = answer.result.results.filter(({ status }: Message) => status === 202)
    expect(accepted).toHaveLength(orders.length)
    // On a busy machine the market data may be late; then they would come all at once.
    await expect.poll(updates, LONG).toBeGreaterThan(sent - 2_000)
    if (sent > 100_000) throw new Error('it was not closed')
  }
  // It reads its code behind all that waited, or the connection is ended before on a busy machine.
  slow.ws.removeAllListeners('message')
  socket.resume()
  expect([4001, 1006]).toContain((await slow.closed).code)
  await expect.poll(() => metric(exchange, 'exchange_socket_closes_total{code="4001"}'), LONG).toBe(1)
  await expect.poll(updates, LONG).toBe(sent)
})

test('orders of a connection that asked for it are canceled when it ends, also by a stop; others stay', async () => {
  const data = temporaryDirectory()
  const exchange = await startExchange(data)
  const api = apiOf(exchange.url)
  const clients = await Promise.all([1, 2, 3].map(() => SocketClient.open(exchange.url)))
  for (const [i, client] of clients.entries()) {
    await client.request('authenticate', { cancelOnDisconnect: i !== 1 })
    await client.request('place', { order: order({ orderId: `c-${i}` }), wait: 5 })
  }
  const statuses = async (of: typeof api) =>
    Promise.all([0, 1, 2].map(async (i) => (await of.get(`/orders/c-${i}`)).body.status))
  expect(await statuses(api)).toEqual(['NEW', 'NEW', 'NEW'])
  clients[0].ws.terminate()
  clients[1].ws.terminate()
  await expect.poll(() => statuses(api), LONG).toEqual(['CANCELED', 'NEW', 'NEW'])
  api.close()
  const ended = exchange.stop('SIGTERM')
  expect(await clients[2].closed).toEqual({ code: 1001, reason: '{"retryAfterMs":1000}' })
  expect(await ended).toMatchObject({ code: 0 })
  const next = await startExchange(data)
  const again = apiOf(next.url)
  expect(await statuses(again)).toEqual(['CANCELED', 'NEW', 'CANCELED'])
  again.close()
  await next.stop('SIGKILL')
})

test('no account sees the orders of another by any channel, and a removed key ends its connection', async () => {
  const keys = join(temporaryDirectory(), 'keys.json')
  const rowOf = (account: string) => ({ account, keySha256: sha256Hex(`key of ${account}`) })
  writeFileSync(keys, JSON.stringify(['alice', 'bob'].map(rowOf)), { mode: 0o600 })
  const { exchange, connect } = await opened(['--api-keys', keys, '--account-connections', '2'])
  const [alice, bob, nobody] = [await connect(), await connect(), await connect()]
  expect(await nobody.request('subscribe', { channel: 'orders' })).toMatchObject({ error: { code: 'unauthorized' } })
  expect(await nobody.request('place', { order: order() })).toMatchObject({ error: { code: 'unauthorized' } })
  for (const [client, account] of [
    [alice, 'alice'],
    [bob, 'bob'],
  ] as const) {
    expect(await client.request('authenticate', { key: `key of ${account}` })).toMatchObject({ result: { account } })
    await client.subscribe('orders')
  }
  for (const client of [alice, bob, nobody]) {
    for (const channel of ['book', 'trades', 'ticker']) await client.subscribe(channel, { symbols: ['BTCUSD'] })
    await client.subscribe('candles', { symbols: ['BTCUSD'], interval: '1m' })
  }
  await alice.request('place', { order: order({ orderId: 'secret-of-alice', tag: 'tag-of-alice' }), wait: 5 })
  await bob.request('place', { order: order({ orderId: 'secret-of-bob', side: 'SELL', quantity: '0.5' }), wait: 5 })
  // Accepted and filled, in one message or two.
  for (const client of [alice, bob]) await expect.poll(() => orderEvents(client).length, LONG).toBe(2)
  await expect.poll(() => shownTrades(nobody.of('trades')).length, LONG).toBe(1)
  expect(JSON.stringify(alice.data)).not.toMatch(/bob/)
  expect(JSON.stringify(bob.data)).not.toMatch(/alice/)
  expect(JSON.stringify(nobody.data)).not.toMatch(/alice|bob|secret/)

  const more = [await connect(), await connect()]
  const claims = []
  for (const client of more) claims.push(await client.request('authenticate', { key: 'key of alice' }))
  expect(claims.map((answer) => answer.error?.code ?? 'bound')).toEqual(['bound', 'too_many_connections'])
  writeFileSync(keys, JSON.stringify([rowOf('bob')]), { mode: 0o600 })
  exchange.process.kill('SIGHUP')
  expect((await alice.closed).code).toBe(4004)
  expect(await bob.request('ping')).toMatchObject({ status: 200 })
})

test('handshakes are refused by origin and by the number of connections of an address', async () => {
  const { connect, exchange } = await opened(['--allow-origin', 'https://a.example', '--address-connections', '3'])
  await expect(connect({ Origin: 'https://evil.example' })).rejects.toThrow('403 origin_not_allowed')
  await expect(connect({ Host: 'evil.example' })).rejects.toThrow('421 misdirected_request')
  await connect({ Origin: 'https://a.example' })
  await connect({ Origin: exchange.url })
  await connect()
  await expect(connect()).rejects.toThrow('429 too_many_connections')
})

test('a thousand clients that vanish without closing are forgotten, while orders go on', async () => {
  const { exchange, api } = await opened()
  const child = followers(exchange, 1_000)
  await expect.poll(() => child.stdout(), { timeout: 60_000 }).toContain('all open')
  let placed = 0
  const placing = setInterval(() => void api.post('/orders', order({ orderId: `v-${++placed}` })).catch(() => {}), 10)
  await expect.poll(() => metric(exchange, 'exchange_socket_clients'), LONG).toBe(1_000)
  child.process.kill('SIGKILL')
  await expect.poll(() => metric(exchange, 'exchange_socket_clients'), LONG).toBe(0)
  await expect.poll(() => metric(exchange, 'exchange_market_subscriptions'), LONG).toBe(0)
  clearInterval(placing)
  expect((await api.get('/health')).status).toBe(200)
  expect(exchange.stderr()).not.toMatch(/"level":50/)
})

test('clients whose network is silent are closed after half a minute', { timeout: 180_000 }, async () => {
  const { exchange } = silent
  await expect.poll(() => metric(exchange, 'exchange_socket_clients'), { timeout: 90_000, interval: 500 }).toBe(0)
  expect(await metric(exchange, 'exchange_socket_closes_total{code="4003"}')).toBe(50)
})
