/** One trace has the request, the append to the log, the match and the commit; the real process sends it by OTLP. */

import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiOf } from './api.ts'
import { removeLater, startExchange } from './running-exchange.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`
const ORDER = { orderId: 'traced', symbol: 'BTCUSD', side: 'BUY', quantity: '1', price: '100.00' }
const LONG = { timeout: 30_000 }

/** Everything that a receiver of OTLP got: spans in protobuf, in which texts and the id of the trace are plain bytes. */
let received = Buffer.alloc(0)
const receiver = createServer((request, response) => {
  request.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
  })
  request.on('end', () => response.end())
})
beforeAll(() => new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve)))
afterAll(() => receiver.close())

/** The names of the spans that belong to the trace of the client. */
function namesInTrace(): string[] {
  const id = Buffer.from(TRACE, 'hex')
  const names = ['POST /orders', 'log append', 'match', 'commit']
  const found: string[] = []
  for (let at = received.indexOf(id); at >= 0; at = received.indexOf(id, at + 1)) {
    // The name follows the ids of a span.
    const after = received.subarray(at + id.length, at + id.length + 64).toString('latin1')
    found.push(...names.filter((name) => after.includes(name)))
  }
  return found.sort()
}

test('a traced order', { timeout: 120_000 }, async () => {
  const data = removeLater()
  const { port } = receiver.address() as AddressInfo
  const exchange = await startExchange(data, [], {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  })
  const api = apiOf(exchange.url)
  const placed = await api.post('/orders', ORDER, { traceparent: TRACEPARENT, Prefer: 'wait=10' })
  expect(placed.status).toBe(200)
  await expect.poll(namesInTrace, LONG).toEqual(['POST /orders', 'commit', 'log append', 'match'])
  // The id of the trace is in the log, and not part of the order.
  const again = await api.post('/orders', ORDER, { traceparent: TRACEPARENT.replace('4bf', '5bf') })
  expect([again.status, again.headers['idempotent-replayed']]).toEqual([202, 'true'])
  api.close()
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
  const log = readdirSync(join(data, 'log')).map((file) => readFileSync(join(data, 'log', file), 'latin1'))
  expect(log.join('')).toContain(`"traceId":"00-${TRACE}-`)
})

test('a receiver that does not answer changes nothing', { timeout: 120_000 }, async () => {
  const exchange = await startExchange(removeLater(), [], { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })
  const api = apiOf(exchange.url)
  expect((await api.post('/orders', ORDER, { Prefer: 'wait=10' })).status).toBe(200)
  api.close()
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
})

test('the access log has a line for each request', { timeout: 120_000 }, async () => {
  const exchange = await startExchange(removeLater(), ['--access-log'])
  const api = apiOf(exchange.url)
  await api.post('/orders', ORDER, { 'X-Request-Id': 'mine' })
  await api.get('/nowhere?secret=1')
  api.close()
  const { stderr } = await exchange.stop('SIGTERM')
  const lines = stderr
    .split('\n')
    .filter((line) => line.includes('"answered"'))
    .map((line) => JSON.parse(line))
  expect(
    lines.map(({ method, path, status, requestId, account }) => [method, path, status, requestId, account]),
  ).toEqual([
    ['POST', '/orders', 202, 'mine', 'demo'],
    ['GET', '/nowhere', 404, expect.any(String), undefined],
  ])
})
