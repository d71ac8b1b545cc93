/** The simulated API Gateway with functions that the tests play: routes, events, @connections, and each limit. */

import { createServer } from 'node:http'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { listen } from '../loopback.ts'
import type { GatewayLimits } from './gateway-limits.ts'
import { type GatewayRoutes, startSocketGateway } from './socket-gateway.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests read events without declaring their type
type Event = any

const LONG = { timeout: 30_000 }
const KB = 1_024
const clients = new Set<WebSocket>()
afterEach(() => {
  for (const client of clients) client.terminate()
  clients.clear()
})

async function started(routes: Partial<GatewayRoutes> = {}, limits: Partial<GatewayLimits> = {}, loses = false) {
  const events: Event[] = []
  const failures: unknown[] = []
  const gateway = await startSocketGateway({
    limits,
    losesDisconnect: () => loses,
    onFailure: (cause) => failures.push(cause),
  })
  const server = createServer((_, response) => response.end('REST'))
  const running = await listen(server)
  onTestFinished(async () => {
    await gateway.close()
    await running.close()
  })
  const recorded =
    (invoke: (event: Event) => Promise<unknown> = async () => ({ statusCode: 200 })) =>
    (event: Event) => {
      events.push(event)
      return invoke(event)
    }
  gateway.attach(server, {
    connect: recorded(routes.connect),
    message: recorded(routes.message),
    disconnect: recorded(routes.disconnect),
  })
  const call = (method: string, connectionId: string, body?: string, authorization = 'AWS4-HMAC-SHA256 x') =>
    fetch(`${gateway.endpoint}/@connections/${encodeURIComponent(connectionId)}`, {
      method,
      headers: { authorization },
      ...(body !== undefined && { body }),
    })
  const open = (path = '/ws') => connected(`${running.url.replace('http', 'ws')}${path}`)
  const of = (type: string) => events.filter(({ requestContext }) => requestContext.eventType === type)
  return { gateway, stop: running.close, url: running.url, events, failures, call, open, of }
}

/** A client, what it has received, and how it ends. */
async function connected(url: string) {
  const ws = new WebSocket(url, { headers: { 'User-Agent': 'test' }, perMessageDeflate: false })
  clients.add(ws)
  const received: string[] = []
  ws.on('message', (data) => received.push(String(data)))
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  )
  await new Promise<void>((resolve, reject) => {
    ws.on('open', resolve)
    ws.on('error', reject)
  })
  return { ws, received, closed }
}

test('a connection, a message and the end are given to the three functions, which answer by a post', async () => {
  const message = async ({ body, requestContext }: Event) => {
    expect((await exchange.call('POST', requestContext.connectionId, `re ${body}`)).status).toBe(200)
    return { statusCode: 200, body: 'not sent' }
  }
  const exchange = await started({ message })
  const { open, events, call } = exchange
  const { ws, received } = await open('/ws?a=1&a=2')
  ws.send('hello')
  await expect.poll(() => received, LONG).toEqual(['re hello'])
  const { connectionId } = events[0].requestContext
  expect(connectionId).toMatch(/^[\w-]+=$/)
  const told = (await (await call('GET', connectionId)).json()) as Event
  expect(told.identity).toEqual({ sourceIp: '127.0.0.1', userAgent: 'test' })
  expect(Date.parse(told.lastActiveAt)).toBeGreaterThanOrEqual(Date.parse(told.connectedAt))
  ws.close(1000, 'done')
  await expect.poll(() => events.length, LONG).toBe(3)
  expect(events).toMatchObject([
    {
      headers: { 'User-Agent': 'test' },
      multiValueQueryStringParameters: { a: ['1', '2'] },
      requestContext: { routeKey: '$connect', eventType: 'CONNECT', stage: 'ws', identity: { sourceIp: '127.0.0.1' } },
    },
    { body: 'hello', requestContext: { routeKey: '$default', eventType: 'MESSAGE', connectionId } },
    { requestContext: { routeKey: '$disconnect', connectionId, disconnectStatusCode: 1000, disconnectReason: 'done' } },
  ])
})

test('any other path is forbidden, and no function is called', async () => {
  const { open, events, url } = await started()
  await expect(open('/')).rejects.toThrow('403')
  await expect(open('/ws/more')).rejects.toThrow('403')
  expect(events).toEqual([])
  expect(await (await fetch(url)).text()).toBe('REST')
})

test('the handshake is refused if the function of $connect does, or if it fails', async () => {
  let result: () => Promise<unknown> = async () => ({ statusCode: 429 })
  const { open, failures, of } = await started({ connect: () => result() })
  await expect(open()).rejects.toThrow('429')
  result = async () => {
    throw new Error('killed')
  }
  await expect(open()).rejects.toThrow('502')
  expect(failures).toHaveLength(1)
  expect(of('DISCONNECT')).toEqual([])
})

test('nobody can be reached while $connect runs', async () => {
  const statuses: number[] = []
  const connect = async ({ requestContext }: Event) => {
    statuses.push((await exchange.call('POST', requestContext.connectionId, 'early')).status)
    return { statusCode: 200 }
  }
  const exchange = await started({ connect })
  const { received } = await exchange.open()
  const { connectionId } = exchange.events[0].requestContext
  expect((await exchange.call('POST', connectionId, 'late')).status).toBe(200)
  await expect.poll(() => received, LONG).toEqual(['late'])
  expect(statuses).toEqual([410])
})

test('a message whose function fails or is late is answered without its id, and the connection stays open', async () => {
  const message = ({ body }: Event) => (body === 'hang' ? new Promise(() => {}) : Promise.reject(new Error('killed')))
  const { open, events } = await started({ message }, { integrationMs: 50 })
  const { ws, received } = await open()
  ws.send('fail')
  await expect.poll(() => received.length, LONG).toBe(1)
  ws.send('hang')
  await expect.poll(() => received.length, LONG).toBe(2)
  const { connectionId } = events[0].requestContext
  expect(received.map((text) => JSON.parse(text))).toEqual([
    { message: 'Internal server error', connectionId, requestId: expect.any(String) },
    { message: 'Endpoint request timed out', connectionId, requestId: expect.any(String) },
  ])
  expect(ws.readyState).toBe(WebSocket.OPEN)
})

test('messages of a connection are handled side by side', async () => {
  const finish: (() => void)[] = []
  const message = async ({ body, requestContext }: Event) => {
    await new Promise<void>((resolve) => finish.push(resolve))
    await exchange.call('POST', requestContext.connectionId, body)
  }
  const exchange = await started({ message })
  const { open } = exchange
  const { ws, received } = await open()
  for (const text of ['first', 'second']) ws.send(text)
  await expect.poll(() => finish.length, LONG).toBe(2)
  finish[1]()
  await expect.poll(() => received, LONG).toEqual(['second'])
  finish[0]()
  await expect.poll(() => received, LONG).toEqual(['second', 'first'])
})

test('the backend disconnects a client with 1000, and cannot reach it afterwards', async () => {
  const { open, events, call, of } = await started()
  const { closed } = await open()
  const { connectionId } = events[0].requestContext
  expect((await call('DELETE', connectionId)).status).toBe(204)
  expect((await closed).code).toBe(1000)
  await expect.poll(() => of('DISCONNECT').length, LONG).toBe(1)
  for (const method of ['POST', 'GET', 'DELETE']) {
    const answer = await call(method, connectionId)
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([410, 'GoneException'])
  }
})

test('a call without a signature is forbidden', async () => {
  const { open, events, call } = await started()
  await open()
  expect((await call('POST', events[0].requestContext.connectionId, 'a', 'none')).status).toBe(403)
})

const MINUTE_MS = 60_000

/** The times of the gateway pass when the test says so. */
function stoppedClock() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  return (minutes: number) => vi.advanceTimersByTime(minutes * MINUTE_MS)
}

test('a connection ends after 10 idle minutes; messages of either side keep it, pings do not', async () => {
  const pass = stoppedClock()
  const { open, events, call, of } = await started()
  const [first, second, third] = [await open(), await open(), await open()]
  pass(9)
  expect((await call('POST', events[1].requestContext.connectionId, 'news')).status).toBe(200)
  third.ws.send('hello')
  await expect.poll(() => of('MESSAGE').length, LONG).toBe(1)
  first.ws.ping()
  await new Promise((resolve) => first.ws.once('pong', resolve))
  pass(1)
  expect(await first.closed).toEqual({ code: 1001, reason: 'Going away' })
  pass(8)
  expect([second.ws.readyState, third.ws.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN])
  pass(1)
  expect([(await second.closed).code, (await third.closed).code]).toEqual([1001, 1001])
  const codes = () => of('DISCONNECT').map(({ requestContext }) => requestContext.disconnectStatusCode)
  await expect.poll(codes, LONG).toEqual([1001, 1001, 1001])
})

test('a connection ends after 2 hours, also if it is not idle', async () => {
  const pass = stoppedClock()
  const { open, events, call } = await started()
  const { ws, closed, received } = await open()
  for (let i = 1; i <= 13; i++) {
    pass(9)
    expect((await call('POST', events[0].requestContext.connectionId, 'news')).status).toBe(200)
  }
  await expect.poll(() => received.length, LONG).toBe(13)
  expect(ws.readyState).toBe(WebSocket.OPEN)
  pass(3)
  expect((await closed).code).toBe(1001)
})

test('a message of 128 KB in frames of 32 KB is accepted; a longer frame or message closes with 1009', async () => {
  const { open, of } = await started()
  const { ws, closed } = await open()
  for (let i = 1; i <= 4; i++) ws.send('a'.repeat(32 * KB), { fin: i === 4 })
  await expect.poll(() => of('MESSAGE').map(({ body }) => body.length), LONG).toEqual([128 * KB])
  ws.send('a'.repeat(32 * KB + 1))
  expect((await closed).code).toBe(1009)

  const other = await open()
  for (let i = 1; i <= 5; i++) other.ws.send('a'.repeat(i === 5 ? 1 : 32 * KB), { fin: i === 5 })
  expect((await other.closed).code).toBe(1009)
  expect(of('MESSAGE')).toHaveLength(1)
})

test('a binary message closes with 1003', async () => {
  const { open, of } = await started()
  const { ws, closed } = await open()
  ws.send(Buffer.from('a'))
  expect((await closed).code).toBe(1003)
  expect(of('MESSAGE')).toEqual([])
})

test('a post of up to 128 KB arrives in frames of 32 KB; a longer one is refused', async () => {
  const { open, events, call } = await started()
  const { ws, received } = await open()
  const frames: number[] = []
  const receiver = (ws as unknown as { _receiver: { dataMessage(cb: unknown): void; _fragments: Buffer[] } })._receiver
  const assemble = receiver.dataMessage.bind(receiver)
  receiver.dataMessage = (cb) => {
    frames.push(...receiver._fragments.map(({ length }) => length))
    assemble(cb)
  }
  const { connectionId } = events[0].requestContext
  const tooLong = await call('POST', connectionId, 'a'.repeat(128 * KB + 1))
  expect([tooLong.status, tooLong.headers.get('x-amzn-errortype')]).toEqual([413, 'PayloadTooLargeException'])
  expect((await call('POST', connectionId, 'é'.repeat(64 * KB))).status).toBe(200)
  await expect.poll(() => received.map((text) => text.length), LONG).toEqual([64 * KB])
  // The last fragment is not counted on each version of `ws`; none may be longer.
  expect(Math.max(...frames)).toBe(32 * KB)
})

test('posts to a client that does not read are refused with 429', async () => {
  const { open, events, call } = await started({}, { waitingBytes: 100 * KB })
  const { ws } = await open()
  ;(ws as unknown as { _socket: { pause(): void } })._socket.pause()
  const { connectionId } = events[0].requestContext
  let status = 200
  for (let sent = 0; status === 200 && sent < 1_000; sent++) {
    status = (await call('POST', connectionId, 'a'.repeat(100 * KB))).status
  }
  expect(status).toBe(429)
})

test('the event of $disconnect may be lost, and its function may fail', async () => {
  const disconnect = async () => {
    throw new Error('killed')
  }
  const losing = await started({}, {}, true)
  const { ws } = await losing.open()
  ws.close()
  await expect.poll(() => losing.gateway.connections.size, LONG).toBe(0)
  expect(losing.of('DISCONNECT')).toEqual([])
  const failing = await started({ disconnect })
  ;(await failing.open()).ws.close()
  await expect.poll(() => failing.failures.length, LONG).toBe(1)
})

test('the server can close while clients are connected, after their connections were ended', async () => {
  const { open, gateway, of, stop } = await started()
  const { closed } = await open()
  gateway.endConnections()
  await stop()
  expect((await closed).code).toBe(1006)
  expect(of('DISCONNECT')).toEqual([])
})
