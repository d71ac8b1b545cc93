import { afterEach, expect, test } from 'vitest'
import { createFront } from './front.ts'
import { listen } from './loopback.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

test.each([
  ['GET', '/instruments', 200],
  ['GET', '/book/BTCUSD', 200],
  ['GET', '/health', 200],
  ['GET', '/nothing', 200],
  ['POST', '/demo-market', 200],
  ['GET', '/orders', 403],
  ['GET', '/orders/a1', 403],
  ['POST', '/orders', 403],
  ['GET', '/fills', 403],
  ['PATCH', '/instruments/BTCUSD', 403],
])('%s %s without a key is answered with %i, as by the methods of API Gateway', async (method, path, status) => {
  const answer = async () => ({ statusCode: 200, headers: {}, body: '{}' })
  const server = await listen(createFront(answer, answer, { keys: new Map([['key-of-alice', 'alice']]) }))
  closing.push(server.close)
  const ask = (headers = {}) => fetch(`${server.url}${path}`, { method, headers })
  expect((await ask()).status).toBe(status)
  expect((await ask({ 'X-API-Key': 'key-of-alice' })).status).toBe(200)
})
