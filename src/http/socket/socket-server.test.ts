/** The socket server on a real port, with sessions that the test controls. */

import { createServer, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { SOCKET_CLOSE_MS, SOCKET_MESSAGE_BYTES_MAX, SOCKET_PING_MS } from '../../protocol/limits.ts'
import { Rejection } from '../../protocol/rejection.ts'
import type { SharedMessage, SocketConnection } from './socket-ports.ts'
import { type SocketClient, type SocketOptions, SocketServer } from './socket-server.ts'

interface Session {
  readonly connection: SocketConnection
  readonly client: SocketClient
  readonly received: string[]
  ended: number
}

const OPTIONS: SocketOptions = {
  allowedOrigins: new Set(['https://screen.example']),
  perAddressMax: 1_000,
  perAccountMax: 2,
  retryAfterMs: 2_000,
}

async function opened(
  options: Partial<SocketOptions> = {},
  onMessage: (session: Session, text: string) => void = () => {},
) {
  const sessions: Session[] = []
  const http = createServer((_, response) => response.end('http'))
  const sockets = new SocketServer(
    {
      admit: ({ headers }) =>
        headers.get('authorization') === 'Bearer bad' ? new Rejection('unauthorized', 'No such key.') : undefined,
      render: ({ code, detail }) => Response.json({ code, detail }, { status: code === 'stopping' ? 503 : 403 }),
      open(connection, client) {
        const session: Session = { connection, client, received: [], ended: 0 }
        sessions.push(session)
        return {
          receive(text) {
            session.received.push(text)
            onMessage(session, text)
          },
          stop: async () => {},
          ended: () => {
            session.ended++
          },
        }
      },
    },
    { ...OPTIONS, ...options },
  )
  sockets.attach(http)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  onTestFinished(async () => {
    const stopped = sockets.stop(100)
    http.closeAllConnections()
    http.close()
    await stopped
  })
  return { sessions, sockets, port, url: `ws://127.0.0.1:${port}/ws` }
}

async function client(url: string, headers: Record<string, string> = {}) {
  const ws = new WebSocket(url, { headers })
  const texts: string[] = []
  ws.on('message', (data) => texts.push(data.toString()))
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  )
  ws.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    ws.on('open', resolve)
    ws.on('unexpected-response', (_, response: IncomingMessage) => {
      let body = ''
      response.on('data', (chunk) => (body += chunk))
      response.on('end', () => reject(new Error(`${response.statusCode} ${JSON.parse(body).code}`)))
    })
  })
  return { ws, texts, closed }
}

/** A connection of bytes after its handshake. */
async function bareClient(port: number): Promise<{ socket: Socket; received: () => Buffer }> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  const chunks: Buffer[] = []
  socket.write(
    'GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  )
  await new Promise<void>((resolve) =>
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      resolve()
    }),
  )
  const received = () => {
    const all = Buffer.concat(chunks)
    return all.subarray(all.indexOf('\r\n\r\n') + 4)
  }
  return { socket, received }
}

/** The code of the problem that a handshake with a short key gets. */
function badHandshake(port: number): Promise<string> {
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Key': 'short' }
  return new Promise((resolve, reject) => {
    const handshake = request({ port, path: '/ws', headers, agent: false }, (response) => {
      response.on('data', (chunk) => resolve(JSON.parse(chunk).code))
    })
    handshake.on('error', reject).end()
  })
}

/** A frame of a client, with a mask of zeros. */
const masked = (first: number, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload])

test('messages reach the session in order, and answers the client', async () => {
  const { url, sessions } = await opened({}, ({ connection }, text) => connection.send(`re ${text}`))
  const { ws, texts } = await client(url)
  for (let i = 0; i < 100; i++) ws.send(String(i))
  await expect.poll(() => texts.length).toBe(100)
  expect(sessions[0].received).toEqual(Array.from({ length: 100 }, (_, i) => String(i)))
  expect(texts).toEqual(sessions[0].received.map((text) => `re ${text}`))
  ws.close()
  await expect.poll(() => sessions[0].ended).toBe(1)
})

test('messages of every length arrive whole, alone and together', async () => {
  const { url, sessions } = await opened()
  const { texts } = await client(url)
  const sent = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000].map((length) =>
    'é'.repeat(length / 2).padEnd(length, 'x'),
  )
  for (const text of sent) sessions[0].connection.send(text)
  await expect.poll(() => texts.length).toBe(sent.length)
  for (const text of sent) {
    sessions[0].connection.send({ text })
    await new Promise(setImmediate)
  }
  await expect.poll(() => texts.length).toBe(2 * sent.length)
  expect(texts).toEqual([...sent, ...sent])
})

test('messages for one client and for several arrive in the sequence in which they were sent', async () => {
  const { url, sessions } = await opened()
  const clients = [await client(url), await client(url)]
  const own = (n: number) => `own ${n}`
  for (const [n, { connection }] of sessions.entries()) {
    if (n === 1) connection.send(own(n))
    connection.send(own(n))
    connection.send(SHARED)
    connection.send(SHARED)
    connection.send(own(n))
  }
  for (const [n, { texts }] of clients.entries()) {
    const expected = [...(n === 1 ? [own(n)] : []), own(n), SHARED.text, SHARED.text, own(n)]
    await expect.poll(() => texts).toEqual(expected)
  }
})

const SHARED: SharedMessage = { text: 'shared' }

test('the messages of a turn are one write, and clients with the same messages share its bytes', async () => {
  const { url, sessions } = await opened()
  const clients = await Promise.all([client(url), client(url), client(url)])
  const writes = sessions.map(({ connection }) =>
    vi.spyOn((connection as unknown as { socket: Socket }).socket, 'write'),
  )
  const shared: SharedMessage[] = [{ text: 'a' }, { text: 'b' }]
  for (const { connection } of sessions) for (const message of shared) connection.send(message)
  sessions[2].connection.send('c')
  await expect
    .poll(() => clients.map(({ texts }) => texts))
    .toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b', 'c'],
    ])
  expect(writes.map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1])
  const [first, second, third] = writes.map(({ mock }) => mock.calls[0][0])
  expect(second).toBe(first)
  expect(third).not.toBe(first)
})

describe('a handshake is refused with an HTTP answer', () => {
  test('of a foreign origin, of a bad key, and with a bad key of the handshake', async () => {
    const { url, port, sockets } = await opened()
    await expect(client(url, { Origin: 'https://evil.example' })).rejects.toThrow('403 origin_not_allowed')
    await expect(client(url, { Origin: 'null' })).rejects.toThrow('403 origin_not_allowed')
    await expect(client(url, { Authorization: 'Bearer bad' })).rejects.toThrow('403 unauthorized')
    expect(await badHandshake(port)).toBe('upgrade_required')
    for (const origin of ['https://screen.example', `http://127.0.0.1:${port}`]) {
      const { ws } = await client(url, { Origin: origin })
      ws.close()
    }
    expect([...sockets.counts.refusedByCode]).toEqual([
      ['origin_not_allowed', 2],
      ['unauthorized', 1],
      ['upgrade_required', 1],
    ])
  })

  test('above the number of connections of an address, until one of them ends', async () => {
    const { url, port } = await opened({ perAddressMax: 2 })
    // A refused handshake counts only while it lasts.
    expect(await badHandshake(port)).toBe('upgrade_required')
    const [first] = [await client(url), await client(url)]
    await expect(client(url)).rejects.toThrow('403 too_many_connections')
    first.ws.close()
    await first.closed
    await expect
      .poll(() =>
        client(url).then(
          ({ ws }) => ws.readyState,
          () => 'refused',
        ),
      )
      .toBe(WebSocket.OPEN)
  })
})

test('an account has a maximum of connections, counted once for each', async () => {
  const { url, sessions } = await opened()
  const clients = [await client(url), await client(url), await client(url)]
  const claims = () => sessions.map(({ client: { claim } }) => claim('ann'))
  expect(claims()).toEqual([true, true, false])
  expect(claims()).toEqual([true, true, false])
  expect(sessions[2].client.claim('bob')).toBe(true)
  clients[0].ws.terminate()
  await expect.poll(() => sessions[0].ended).toBe(1)
  expect(sessions[2].client.claim('ann')).toBe(true)
})

describe('a bad frame closes the connection with its code:', () => {
  test.each([
    ['binary', 1003, (ws: WebSocket) => ws.send(Buffer.from('x'))],
    ['invalid UTF-8', 1007, (ws: WebSocket) => ws.send(Buffer.from([0xff, 0xfe]), { binary: false })],
    ['too large', 1009, (ws: WebSocket) => ws.send('x'.repeat(SOCKET_MESSAGE_BYTES_MAX + 1))],
    [
      'too many fragments',
      1008,
      (ws: WebSocket) => {
        for (let i = 0; i < 2_000; i++) ws.send('x', { fin: false })
      },
    ],
    [
      'too many pings',
      4002,
      (ws: WebSocket) => {
        for (let i = 0; i < 100; i++) ws.ping()
      },
    ],
  ])('%s %i', async (_, code, act) => {
    const { url, sessions, sockets } = await opened()
    const { ws, closed } = await client(url)
    act(ws)
    expect(await closed).toMatchObject({ code })
    await expect.poll(() => sessions[0].ended).toBe(1)
    expect([...sockets.counts.closedByCode]).toEqual([[code, 1]])
    expect(sessions[0].received).toEqual([])
  })

  test('without a mask 1002', async () => {
    const { port, sessions } = await opened()
    const { socket, received } = await bareClient(port)
    socket.write(Buffer.from([0x81, 1, 120]))
    await expect.poll(() => sessions[0]?.ended).toBe(1)
    expect(received().readUInt16BE(2)).toBe(1002)
  })
})

test('a ping is answered with its payload', async () => {
  const { url } = await opened()
  const { ws } = await client(url)
  const pong = new Promise((resolve) => ws.on('pong', (data) => resolve(data.toString())))
  ws.ping('are you there')
  expect(await pong).toBe('are you there')
})

test('a client that gives no sign of life between two checks is closed', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const { url, port, sessions, sockets } = await opened()
  const { texts } = await client(url)
  const { socket, received } = await bareClient(port)
  const check = async () => {
    vi.advanceTimersByTime(SOCKET_PING_MS)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  await check()
  expect([...received()]).toEqual([0x89, 0])
  socket.write(masked(0x8a, Buffer.alloc(0)))
  expect(sockets.counts.connections).toBe(2)
  await new Promise((resolve) => setTimeout(resolve, 100))
  await check()
  expect([...received()]).toEqual([0x89, 0, 0x89, 0])
  await check()
  await expect.poll(() => received().readUInt16BE(6)).toBe(4003)
  // Its answer to the close frame is not waited for.
  const timeout = SOCKET_CLOSE_MS * 0.8
  await expect.poll(() => sessions.map(({ ended }) => ended), { timeout }).toEqual([0, 1])
  sessions[0].connection.send('still there')
  await expect.poll(() => texts).toEqual(['still there'])
})

test('after the close frame of a client nothing is sent to it', async () => {
  const { port, sessions } = await opened()
  const { socket, received } = await bareClient(port)
  socket.write(masked(0x88, Buffer.from([0x03, 0xe8])))
  await expect.poll(() => received().length).toBe(4)
  sessions[0].connection.send('late')
  await expect.poll(() => sessions[0].ended).toBe(1)
  expect(received()[0]).toBe(0x88)
})

test('a session is told when a slow client has read everything', async () => {
  const { port, sessions } = await opened()
  const { socket } = await bareClient(port)
  const { connection } = sessions[0]
  socket.pause()
  let drained = 0
  for (let i = 0; i < 200; i++) connection.send('x'.repeat(100_000))
  connection.onDrained(() => drained++)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(connection.waitingBytes).toBeGreaterThan(1_000_000)
  expect(drained).toBe(0)
  socket.resume()
  await expect.poll(() => drained).toBe(1)
  expect(connection.waitingBytes).toBe(0)
  connection.onDrained(() => drained++)
  await expect.poll(() => drained).toBe(2)
})

describe('when the exchange stops', () => {
  test('clients are told when to come back, and new ones are refused', async () => {
    const { url, sockets, sessions } = await opened({}, ({ connection }) => connection.send('answer'))
    const clients = await Promise.all(Array.from({ length: 20 }, () => client(url)))
    const stopped = sockets.stop(5_000)
    await expect(client(url)).rejects.toThrow('503 stopping')
    for (const { closed } of clients) expect(await closed).toEqual({ code: 1001, reason: '{"retryAfterMs":2000}' })
    await stopped
    expect(sessions.map(({ ended }) => ended)).toEqual(new Array(20).fill(1))
  })

  test('clients that have vanished do not hold it up beyond its time', async () => {
    const { port, sockets, sessions } = await opened()
    const { socket } = await bareClient(port)
    socket.pause()
    await sockets.stop(300)
    expect(sessions[0].ended).toBe(1)
  })
})
