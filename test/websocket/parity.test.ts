/** A request over the socket has the same outcome, answer and problem as over HTTP, on one machine and on AWS. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientOf, WAIT } from '../rest/client.ts'
import { randomOrder } from '../rest/random-order.ts'
import { type Message, worldOf } from './socket-client.ts'
import { storedWorldOf } from './stored-world.ts'

type Http = ReturnType<typeof clientOf>
type Body = Readonly<Record<string, unknown>>

interface AskingClient {
  readonly received: Message[]
  ask(op: string, fields: object): Promise<Message>
}

/** On a machine with much other work. */
const SLOW_MS = 240_000

/** The runtimes: a session in memory, and stored connections. */
const RUNTIMES = [
  ['one machine', worldOf],
  ['AWS', storedWorldOf],
] as const

interface Step {
  readonly op: string
  readonly fields: Body
  readonly wait: boolean
}

/** Over HTTP: the status, the body, and whether the order was sent before. */
async function overHttp(http: Http, { op, fields, wait }: Step): Promise<readonly unknown[]> {
  const headers = wait ? WAIT : {}
  const { orderId, ...changes } = fields
  const path = `/orders/${encodeURIComponent(String(orderId))}`
  const send = (): ReturnType<Http['get']> => {
    switch (op) {
      case 'place':
        return http.post('/orders', fields, headers)
      case 'placeBatch':
        return http.post('/orders/batch', fields, headers)
      case 'cancel':
        return http.delete(path, headers)
      case 'amend':
        return http.patch(path, changes, headers)
      default:
        return http.delete(fields.symbol === undefined ? '/orders' : `/orders?symbol=${fields.symbol}`, headers)
    }
  }
  const { status, body, headers: got } = await send()
  return [status, body, got.has('Idempotent-Replayed')]
}

async function overSocket(client: AskingClient, { op, fields, wait }: Step): Promise<readonly unknown[]> {
  const body = op === 'place' ? { order: fields } : fields
  const answer: Message = await client.ask(op, { ...body, ...(wait && { wait: 1 }) })
  client.received.length = 0
  if (answer.type === 'error') return [answer.error.status, answer.error, false]
  return [answer.status, answer.result, answer.replayed === true]
}

const id = fc.constantFrom('a', 'b', 'c')
const ordinary = fc.record(
  {
    orderId: id,
    symbol: fc.constantFrom('BTCUSD', 'ETHUSD'),
    side: fc.constantFrom('BUY', 'SELL'),
    quantity: fc.constantFrom('1', 2, '0.5'),
    price: fc.constantFrom('100', 101, '99.5'),
    timeInForce: fc.constantFrom('GTC', 'IOC'),
    postOnly: fc.boolean(),
  },
  { requiredKeys: ['symbol', 'side', 'quantity', 'price'] },
)
/** Often sent again. */
const repeated = fc.constantFrom(
  { orderId: 'a', symbol: 'BTCUSD', side: 'BUY', quantity: '1', price: '100' },
  { orderId: 'b', symbol: 'BTCUSD', side: 'SELL', quantity: '2', price: '100' },
)
const fields = fc.oneof(ordinary, ordinary, repeated, randomOrder)
const step: fc.Arbitrary<Omit<Step, 'wait'>> = fc.oneof(
  fc.record({ op: fc.constant('place'), fields }),
  fc.record({ op: fc.constant('place'), fields }),
  fc.record({ op: fc.constant('placeBatch'), fields: fc.record({ orders: fc.array(fields, { maxLength: 4 }) }) }),
  fc.record({ op: fc.constant('cancel'), fields: fc.record({ orderId: id }) }),
  fc.record({
    op: fc.constant('amend'),
    fields: fc.record(
      { orderId: id, quantity: fc.constantFrom('1', 3, '0'), price: fc.constantFrom('100', 7) },
      { requiredKeys: ['orderId'] },
    ),
  }),
  fc.record({
    op: fc.constant('cancelAll'),
    fields: fc.record({ symbol: fc.constantFrom('BTCUSD', 'NONE') }, { requiredKeys: [] }),
  }),
)

test.each(RUNTIMES)(
  'on %s the same requests over both have the same answers, and the same orders',
  async (_, world) => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, fc.boolean()), { minLength: 1, maxLength: 8 }), async (steps) => {
        const http = clientOf()
        const { exchange, connect } = world({ demo: true })
        const client: AskingClient = await connect()
        for (const [each, wait] of steps) {
          const answers = await overHttp(http, { ...each, wait })
          expect(await overSocket(client, { ...each, wait })).toEqual(answers)
          seen.add(`${each.op} ${answers[0]}${answers[2] ? ' replayed' : ''}`)
        }
        expect([...exchange.orders]).toEqual([...http.exchange.orders])
        expect(exchange.submissions).toEqual(http.exchange.submissions)
      }),
      { numRuns: 300 },
    )
    for (const outcome of [
      'place 200 replayed',
      'place 202 replayed',
      'place 200',
      'place 202',
      'place 409',
      'place 422',
      'cancel 200',
      'cancel 404',
      'amend 200',
    ]) {
      expect(seen).toContain(outcome)
    }
  },
  SLOW_MS,
)

test('an id that is text is the request id of the command, as X-Request-Id of HTTP', async () => {
  const { exchange, connect } = worldOf({ demo: true })
  const client = connect()
  client.session.receive('{"id":"mine-1","op":"cancelAll"}')
  client.session.receive('{"id":7,"op":"cancelAll"}')
  await client.answerTo(7)
  expect(exchange.submissions.map(([command]) => command.requestId)).toEqual(['mine-1', undefined])
})

test('a cancel or an amendment waits for the place of its order on the same connection', async () => {
  const { ports, connect } = worldOf({ demo: true })
  const { submit } = ports.orderEntry
  Object.assign(ports, {
    orderEntry: {
      submit: async (...sent: Parameters<typeof submit>) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        return submit(...sent)
      },
    },
  })
  const client = connect()
  const order = { orderId: 'a', symbol: 'BTCUSD', side: 'BUY', quantity: '2', price: '100' }
  client.session.receive(JSON.stringify({ id: 1, op: 'place', order }))
  client.session.receive(JSON.stringify({ id: 2, op: 'amend', orderId: 'a', quantity: '1', wait: 1 }))
  expect(await client.answerTo(2)).toMatchObject({ status: 200, result: { orderId: 'a', quantity: '1' } })
  client.session.receive(JSON.stringify({ id: 3, op: 'placeBatch', orders: [{ ...order, orderId: 'b' }] }))
  client.session.receive(JSON.stringify({ id: 4, op: 'cancel', orderId: 'b', wait: 1 }))
  expect(await client.answerTo(4)).toMatchObject({ status: 200, result: { orderId: 'b', status: 'CANCELED' } })
})

test('a batch enters the order stream before the requests behind it, also if it looks for an order that was sent before', async () => {
  const { exchange, ports, connect } = worldOf({ demo: true })
  const { get } = ports.orderReader
  const client = connect()
  const order = { symbol: 'BTCUSD', side: 'BUY', quantity: '2', price: '100' }
  const sent = {
    ...order,
    orderId: 'sent',
    timeInForce: 'GTD',
    expiresAt: new Date(ports.nowMs() + 1_000).toISOString(),
  }
  await client.ask('place', { order: sent })
  const { nowMs } = ports
  Object.assign(ports, {
    nowMs: () => nowMs() + 5_000,
    orderReader: {
      ...ports.orderReader,
      get: async (...asked: Parameters<typeof get>) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        return get.apply(exchange.ports().orderReader, asked)
      },
    },
  })
  exchange.submissions.length = 0
  const orders = [{ ...order, orderId: 'new' }, sent, { ...sent, orderId: 'late' }]
  client.session.receive(JSON.stringify({ id: 'batch', op: 'placeBatch', orders }))
  client.session.receive(JSON.stringify({ id: 'all', op: 'cancelAll' }))
  const { result } = await client.answerTo('batch')
  expect(result.results).toMatchObject([
    { status: 202, orderId: 'new' },
    { status: 202, orderId: 'sent', replayed: true },
    { code: 'expires_at_not_in_future' },
  ])
  expect(exchange.submissions.map(([{ kind }]) => kind).slice(0, 2)).toEqual(['PlaceOrder', 'CancelAllOrders'])
})
