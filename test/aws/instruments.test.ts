/** Instruments of the AWS runtime: the seed, the commands of operators, and how the functions follow them. */

import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { STREAMS, TABLES } from '../../src/adapters/aws/resources.ts'
import { RULES_NEWEST } from '../../src/protocol/versions.ts'
import { eventually, type LocalExchange, startExchange, whyNot } from './local-exchange.ts'
import { linesOf } from './stored-exchange.ts'

const missing = whyNot()
const NEW = { symbol: 'GOLD', base: 'XAU', quote: 'USD', tickSize: '0.1', lotSize: '0.01' }
const WAIT = { Prefer: 'wait=10' }

describe.skipIf(missing !== undefined)(`instruments${missing === undefined ? '' : ` (${missing})`}`, () => {
  let exchange: LocalExchange

  beforeAll(async () => {
    exchange = await startExchange({ heartbeatMs: 500 })
  })
  afterAll(() => exchange?.close())

  const listed = async (symbol: string) => (await exchange.send('GET', `/instruments/${symbol}`)).body
  const commandsOf = async (symbol: string) =>
    (await linesOf(exchange.kinesis, STREAMS.orders.name))
      .filter(({ key }) => key === symbol)
      .map((line) => ({ ...line, command: JSON.parse(line.text) }))

  test('the first heartbeat sends the seed with the newest rules, and later heartbeats do not', async () => {
    // While nothing is due, a heartbeat sends nothing.
    const commands = await eventually('heartbeat that sends nothing', async () => {
      const before = await commandsOf('BTCUSD')
      await exchange.ingest.invoke({ heartbeat: true })
      const after = await commandsOf('BTCUSD')
      return before.length > 1 && after.length === before.length ? after : undefined
    })
    expect(commands.slice(0, 2).map(({ command }) => command)).toMatchObject([
      { kind: 'DefineInstrument', symbol: 'BTCUSD' },
      { kind: 'AdoptRules', rules: RULES_NEWEST },
    ])
    expect(commands[0].sequenceNumber).toBe(commands[1].sequenceNumber)
    expect(commands.filter(({ command }) => command.kind === 'DefineInstrument')).toHaveLength(1)
    const Key = { listName: { S: 'seed' }, symbol: { S: 'sent' } }
    expect(
      (await exchange.dynamodb.send(new GetItemCommand({ TableName: TABLES.instruments.name, Key }))).Item,
    ).toBeDefined()
  })

  test('an operator defines an instrument, and running functions use it', async () => {
    expect(await exchange.send('GET', '/instruments/GOLD')).toMatchObject({ status: 404 })
    expect(await exchange.send('POST', '/instruments', NEW)).toMatchObject({ status: 202, body: { symbol: 'GOLD' } })
    await eventually('listing', async () =>
      (await exchange.send('GET', '/instruments/GOLD')).status === 200 ? true : undefined,
    )
    const order = { orderId: 'gold-1', symbol: 'GOLD', side: 'BUY', quantity: '1.25', price: '2000.5' }
    const placed = await eventually('order', async () => {
      const answer = await exchange.send('POST', '/orders', order, WAIT)
      return answer.status === 200 ? answer : undefined
    })
    expect(placed.body).toMatchObject({ status: 'NEW', price: '2000.5' })
  })

  test('an operator changes an instrument', async () => {
    await exchange.send('PATCH', '/instruments/GOLD', { maxQuantity: '100', priceBand: { low: '1000', high: '3000' } })
    const changed = await eventually('change', async () => {
      const gold = await listed('GOLD')
      return gold.maxQuantity === '100' && gold.priceBand !== null ? gold : undefined
    })
    expect(changed).toMatchObject({ priceBand: { low: '1000.0', high: '3000.0' } })
    // Each attempt has a new id: ingest may not have the change yet, and a repeated order gets its first result.
    let attempts = 0
    await eventually('rejection', async () => {
      const order = { orderId: `much-${++attempts}`, symbol: 'GOLD', side: 'BUY', quantity: '101', price: '2000' }
      return (await exchange.send('POST', '/orders', order)).status === 422 ? true : undefined
    })
  })

  test('an operator closes an instrument: its orders are canceled', async () => {
    await exchange.send('DELETE', '/instruments/GOLD')
    await eventually('closing', async () => ((await listed('GOLD')).phase === 'CLOSED' ? true : undefined))
    expect((await exchange.send('GET', '/orders/gold-1')).body).toMatchObject({
      status: 'CANCELED',
      reason: 'instrument_closed',
    })
  })

  test('a cancel-all without a symbol cancels the orders of every symbol', async () => {
    const order = { side: 'BUY', quantity: 1, price: 10 }
    const orders = ['BTCUSD', 'ETHUSD'].map((symbol) => ({ ...order, symbol, orderId: `all-${symbol}` }))
    await exchange.send('POST', '/orders/batch', { orders }, WAIT)
    expect((await exchange.send('DELETE', '/orders')).status).toBe(202)
    await eventually('cancels', async () => {
      const found = await Promise.all(orders.map(({ orderId }) => exchange.send('GET', `/orders/${orderId}`)))
      return found.every(({ body }) => body.status === 'CANCELED') ? true : undefined
    })
  })
})
