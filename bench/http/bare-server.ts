/**
 * The yardstick: the same HTTP server, the same parser and validator, and no exchange behind it.
 * Prints its port, ends with its parent.
 */

import { Hono } from 'hono'
import { serveHttp } from '../../src/entrypoints/http-server.ts'
import { placeOrderOf } from '../../src/gateway/place-order.ts'
import { Problem } from '../../src/gateway/problems.ts'
import { readJsonBody } from '../../src/gateway/request-body.ts'
import { DEMO_INSTRUMENTS, parseInstrument } from '../../src/protocol/instrument.ts'
import { ORDER_BODY_BYTES_MAX } from '../../src/protocol/limits.ts'

const instruments = new Map(DEMO_INSTRUMENTS.map((text) => [text.symbol, parseInstrument(text)]))
const app = new Hono()
app.post('/orders', async (c) => {
  const body = await readJsonBody(c.req.raw, ORDER_BODY_BYTES_MAX)
  const nowMs = Date.now()
  const order = placeOrderOf(body, {
    instruments,
    account: 'demo',
    nowMs,
    newOrderId: () => 'none',
    requestId: undefined,
  })
  if (order instanceof Problem) return c.json({ code: order.code }, 400)
  const { orderId, symbol } = order
  return c.json({ orderId, symbol, status: 'PENDING', receivedAt: new Date(nowMs).toISOString() }, 202)
})
const server = await serveHttp(app.fetch, '127.0.0.1', 0)
console.log(new URL(server.url).port)
process.on('disconnect', () => process.exit(0))
