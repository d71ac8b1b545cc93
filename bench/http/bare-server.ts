/**
 * The server for comparison: the same HTTP server, parser and validator without an exchange. It prints its port and
 * stops with its parent.
 */

import { Hono } from 'hono'
import { orderFieldsOf } from '../../src/api/body-shape.ts'
import { placeOrderCommand } from '../../src/entry/place-order-command.ts'
import { serveHttp } from '../../src/entrypoints/server/http-server.ts'
import { readJsonBody } from '../../src/http/request-body.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { newlyListed } from '../../src/protocol/instrument/instrument-directory.ts'
import { ORDER_BODY_BYTES_MAX } from '../../src/protocol/limits.ts'
import { Rejection } from '../../src/protocol/rejection.ts'
import { RULES_NEWEST } from '../../src/protocol/versions.ts'

const instruments = new Map(DEMO_INSTRUMENTS.map((text) => [text.symbol, newlyListed(text, RULES_NEWEST)]))
const app = new Hono()
app.post('/orders', async (c) => {
  const body = await readJsonBody(c.req.raw, ORDER_BODY_BYTES_MAX)
  const nowMs = Date.now()
  const fields = orderFieldsOf(body)
  const order =
    fields instanceof Rejection
      ? fields
      : placeOrderCommand(fields, {
          instruments,
          account: 'demo',
          nowMs,
          newOrderId: () => 'none',
          requestId: undefined,
        })
  if (order instanceof Rejection) return c.json({ code: order.code }, 400)
  const { orderId, symbol } = order
  return c.json({ orderId, symbol, status: 'PENDING', receivedAt: new Date(nowMs).toISOString() }, 202)
})
const server = await serveHttp(app.fetch, '127.0.0.1', 0)
console.log(new URL(server.url).port)
process.on('disconnect', () => process.exit(0))
