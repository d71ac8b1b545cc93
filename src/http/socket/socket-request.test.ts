/** Which requests a server with a socket upgrades. */

import { createServer, IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { upgradingOnlyAt } from './socket-request.ts'

interface Sent {
  readonly path: string
  readonly method?: string
  readonly upgrade?: string
  readonly body?: string
}

async function answered({ path, method = 'GET', upgrade, body = '' }: Sent): Promise<string> {
  const server = createServer(
    { IncomingMessage: upgradingOnlyAt('/ws', IncomingMessage) },
    async (incoming, response) => {
      let text = ''
      for await (const chunk of incoming) text += chunk
      response.end(`answered ${text}`)
    },
  )
  server.on('upgrade', (_, socket) =>
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const headers = upgrade === undefined ? {} : { Connection: 'Upgrade', Upgrade: upgrade }
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, method, headers, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += chunk))
      response.on('end', () => resolve(text))
    })
    sent.on('upgrade', (_, socket) => {
      socket.destroy()
      resolve('upgraded')
    })
    sent.on('error', reject).end(body)
  })
}

test.each<[string, Sent]>([
  ['upgraded', { path: '/ws', upgrade: 'websocket' }],
  ['upgraded', { path: '/ws?x=1', upgrade: 'WebSocket' }],
  ['answered ', { path: '/ws' }],
  ['answered ', { path: '/ws', upgrade: 'h2c' }],
  ['answered ', { path: '/wsx', upgrade: 'websocket' }],
  ['answered ', { path: '/book/BTCUSD', upgrade: 'h2c' }],
  ['answered order', { path: '/ws', method: 'POST', upgrade: 'websocket', body: 'order' }],
  ['answered order', { path: '/orders', method: 'POST', upgrade: 'h2c', body: 'order' }],
])('%s: %j', async (answer, sent) => {
  expect(await answered(sent)).toBe(answer)
})

test.each([0, 1])(
  'the requests behind the end of a connection are not parsed; %i listeners for upgrades',
  async (n) => {
    let parsed = 0
    const upgraded: boolean[] = []
    class Counted extends IncomingMessage {
      constructor(socket: Socket) {
        super(socket)
        parsed++
      }
    }
    const server = createServer({ IncomingMessage: upgradingOnlyAt('/ws', Counted) }, (incoming) => {
      if (parsed === 5) incoming.socket.destroy()
    })
    for (let i = 0; i < n; i++) server.on('upgrade', (_, socket) => upgraded.push(socket.destroyed))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.on('error', () => {})
    const closed = new Promise((resolve) => socket.resume().on('close', resolve))
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(500))
    await closed
    expect(parsed).toBe(6)
    expect(upgraded.every((destroyed) => destroyed)).toBe(true)
  },
)
