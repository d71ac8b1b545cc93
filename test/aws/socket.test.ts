/** The functions of the socket as processes, behind a WebSocket API in memory. */

import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TABLES } from '../../src/adapters/aws/resources.ts'
import { SocketClient } from '../e2e/socket-client.ts'
import { titleOf } from '../skipped-title.ts'
import { eventually, type LocalExchange, startExchange, whyNot } from './local-exchange.ts'

const missing = whyNot()
const KEYS = new Map([['key-of-alice', 'alice']])
const ORDER = { symbol: 'BTCUSD', side: 'BUY', quantity: '1', price: '100.00' }
const ALICE = { key: 'key-of-alice', cancelOnDisconnect: true }

describe.skipIf(missing !== undefined)(titleOf('the socket on AWS', missing), () => {
  let exchange: LocalExchange
  let loses = false

  beforeAll(async () => {
    const losesDisconnect = () => loses
    exchange = await startExchange({ marketData: true, apiKeys: KEYS, sweepMs: 500, losesDisconnect })
  }, 240_000)
  afterAll(() => exchange?.close())

  const close = async (client: SocketClient): Promise<void> => {
    client.ws.close()
    await client.closed
  }
  const read = (path: string) => exchange.send('GET', path, undefined, { 'X-API-Key': ALICE.key })
  const canceled = (orderId: string) =>
    eventually('cancel', async () => {
      const { body } = await read(`/orders/${orderId}`)
      return body.status === 'CANCELED' ? true : undefined
    })

  test('is described with its bounds', async () => {
    const { body } = await read('/asyncapi.json')
    expect(body.servers.exchange.protocol).toBe('wss')
    expect(body.components.schemas.PlaceBatchRequest.properties.orders.maxItems).toBe(50)
  })

  test('refuses a page of another site', async () => {
    await expect(SocketClient.open(exchange.url, { Origin: 'https://evil.example' })).rejects.toThrow('403')
  })

  test('takes orders of an account, shows them, and cancels them when the connection ends', async () => {
    const client = await SocketClient.open(exchange.url)
    expect(await client.request('place', { order: ORDER })).toMatchObject({ error: { code: 'unauthorized' } })
    expect(await client.request('authenticate', ALICE)).toMatchObject({ result: { account: 'alice' } })
    const placed = await client.request('place', { order: { ...ORDER, orderId: 'mine' }, wait: 20 })
    expect(placed).toMatchObject({ status: 200, result: { orderId: 'mine', status: 'NEW' } })
    expect(await client.request('subscribe', { channel: 'orders' })).toMatchObject({ status: 200 })
    const snapshot = await eventually('snapshot', async () => client.data.find(({ channel }) => channel === 'orders'))
    expect(snapshot).toMatchObject({ type: 'snapshot', complete: true, orders: [{ orderId: 'mine' }] })
    await close(client)
    await canceled('mine')
  })

  test('finds an end that was not reported', async () => {
    const client = await SocketClient.open(exchange.url)
    await client.request('authenticate', ALICE)
    expect(await client.request('place', { order: { ...ORDER, orderId: 'lost' } })).toMatchObject({ status: 202 })
    loses = true
    await close(client)
    await canceled('lost')
    loses = false
  })

  test('wakes the notifier for what was noted as late, until it has caught up', async () => {
    const late = (sort: string) => ({ topic: { S: 'late' }, connectionId: { S: sort } })
    for (const Item of [late('BTCUSD'), late('BTCUSD alice')])
      await exchange.dynamodb.send(new PutItemCommand({ TableName: TABLES.connections.name, Item }))
    await eventually('end of what is late', async () => {
      const { Items = [] } = await exchange.dynamodb.send(new ScanCommand({ TableName: TABLES.connections.name }))
      return Items.some(({ topic }) => topic.S === 'late') ? undefined : true
    })
  })

  test('is closed by the exchange after three wrong keys', async () => {
    const client = await SocketClient.open(exchange.url)
    for (let i = 0; i < 3; i++) {
      const answer = await client.request('authenticate', { key: 'wrong' })
      expect(answer).toMatchObject({ error: { code: 'unauthorized' } })
    }
    expect(await client.closed).toMatchObject({ code: 1000 })
  })

  test('leaves no row of connections that have ended', async () => {
    await eventually('end of all connections', async () => {
      const { Items = [] } = await exchange.dynamodb.send(new ScanCommand({ TableName: TABLES.connections.name }))
      const own = Items.filter(({ topic }) => /^((connection|symbol|account|address)#|cancelOn)/.test(topic.S ?? ''))
      return own.length === 0 ? true : undefined
    })
  })
})
