/** Which requests a server with a socket upgrades. */

import { createServer, IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
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
