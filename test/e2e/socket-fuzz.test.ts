/** Random frames and broken frames to the real process: each has its documented answer, and nobody else notices. */

import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import { type Random, randomOf } from './random.ts'
import { startExchange } from './running-exchange.ts'
import { SocketClient } from './socket-client.ts'

const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
const HANDSHAKE =
  'GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'

/** Close codes of docs/reference/websocket.md that a bad frame can have; 1000 and 1005 repeat the client's own. */
const CODES = [1000, 1002, 1003, 1005, 1007, 1008, 1009, 4002, 4005, 4006]

const bytesOf = (random: Random, length: number): Buffer => Buffer.from(Array.from({ length }, () => random.below(256)))

/** A frame with random flags, opcode, mask and length; its length may be a lie. */
function randomFrame(random: Random): Buffer {
  const payload = random.chance(0.5)
    ? Buffer.from(
        random.pick(['{}', '[]', '{"id":1,"op":"ping"}', '{"id":1', 'null', '{"id":1,"op":"place","order":{}}']),
      )
    : bytesOf(random, random.below(140))
  const opcode = random.chance(0.7) ? 1 : random.below(16)
  const first = (random.chance(0.8) ? 0x80 : random.below(16) << 4) | opcode
  const length = random.chance(0.9) ? payload.length : random.below(126)
  const head = length < 126 ? [length] : [126, length >> 8, length & 0xff]
  head[0] |= random.chance(0.95) ? 0x80 : 0
  const mask = Buffer.alloc(4)
  return Buffer.concat([Buffer.from([first, ...head]), mask, payload])
}

/** Sends bytes after a handshake. Resolves with all that the exchange answered, when it has closed or after a moment. */
function exchangeBytes(port: number, sent: readonly Buffer[]): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1')
    const timer = setTimeout(() => socket.destroy(), 300)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      const all = Buffer.concat(chunks)
      const end = all.indexOf('\r\n\r\n')
      resolve(all.subarray(end < 0 ? all.length : end + 4))
    })
    socket.write(HANDSHAKE)
    for (const bytes of sent) socket.write(bytes)
  })
}

/** The opcodes and payloads of frames of the exchange. */
function framesOf(bytes: Buffer): { readonly opcode: number; readonly payload: Buffer }[] {
  const frames: { readonly opcode: number; readonly payload: Buffer }[] = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const short = bytes[at + 1]
    const start = at + (short < 126 ? 2 : 4)
    // A connection that is ended after a moment may have a part of the last frame.
    if (start > bytes.length) break
    const length = short < 126 ? short : bytes.readUInt16BE(at + 2)
    if (start + length > bytes.length) break
    frames.push({ opcode: bytes[at] & 0xf, payload: bytes.subarray(start, start + length) })
    at = start + length
  }
  return frames
}

test(`random frames are answered as documented (seed ${SEED})`, async () => {
  const exchange = await startExchange(temporaryDirectory())
  const api = apiOf(exchange.url)
  onTestFinished(async () => {
    api.close()
    await exchange.stop('SIGKILL')
  })
  const port = Number(new URL(exchange.url).port)
  const random = randomOf(SEED)
  const honest = await SocketClient.open(exchange.url)
  await honest.subscribe('book', { symbols: ['BTCUSD'] })
  for (let round = 0; round < 25; round++) {
    const clients = Array.from({ length: 8 }, () =>
      Array.from({ length: 1 + random.below(20) }, () =>
        random.chance(0.05) ? bytesOf(random, 50) : randomFrame(random),
      ),
    )
    const answers = await Promise.all(clients.map((sent) => exchangeBytes(port, sent)))
    for (const { opcode, payload } of answers.flatMap(framesOf)) {
      if (opcode === 8) {
        if (payload.length > 0) expect(CODES).toContain(payload.readUInt16BE(0))
      } else if (opcode === 1) {
        const message = JSON.parse(payload.toString())
        expect(['result', 'error']).toContain(message.type)
        if (message.type === 'error') expect(message.error.code).toMatch(/^[a-z0-9_]+$/)
        else expect(message).toMatchObject({ op: 'ping', status: 200 })
      } else {
        expect(opcode).toBe(10)
      }
    }
    const order = { orderId: `h-${round}`, symbol: 'BTCUSD', side: 'BUY', quantity: '1', price: `${100 + round}.00` }
    expect(await honest.request('place', { order, wait: 25 })).toMatchObject({ status: 200 })
  }
  const prices = () => honest.of('book').flatMap(({ bids }) => bids.map(([price]: string[]) => price))
  await expect.poll(prices, { timeout: 30_000 }).toContain('124.00')
  const { body } = await api.get('/health')
  expect(body.status).toBe('ok')
  expect(exchange.stderr()).not.toMatch(/"level":(50|60)/)
})

test('ten thousand subscriptions of one connection are as many as differ, and a list that is too long is refused', async () => {
  const exchange = await startExchange(temporaryDirectory())
  onTestFinished(() => void exchange.stop('SIGKILL'))
  const client = await SocketClient.open(exchange.url)
  const tooMany = Array.from({ length: 1_001 }, () => 'BTCUSD')
  expect(await client.request('subscribe', { channel: 'book', symbols: tooMany })).toMatchObject({ type: 'error' })
  const symbols = ['BTCUSD', 'ETHUSD', 'ENERGY-DE']
  const intervals = ['1s', '1m', '5m']
  for (let sent = 0; sent < 10_000; sent += 100 * symbols.length) {
    const requests = Array.from({ length: 100 }, (_, i) =>
      client.request('subscribe', { channel: 'candles', symbols, interval: intervals[i % intervals.length] }),
    )
    for (const answer of await Promise.all(requests)) expect(answer.type).toBe('result')
  }
  const { result } = await client.request('subscriptions')
  expect(result.subscriptions).toHaveLength(symbols.length * intervals.length)
  client.close()
})
