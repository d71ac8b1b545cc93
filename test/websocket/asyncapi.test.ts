/** The AsyncAPI document: it is valid, complete, and real frames satisfy its schemas. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { asyncApiDocument, socketAt } from '../../src/websocket/asyncapi.ts'
import { CHANNELS, OPERATIONS } from '../../src/websocket/messages/operations.ts'
import { ON_AWS } from '../../src/websocket/socket-bounds.ts'
import { clientOf } from '../rest/client.ts'
import { ajv, checkMessage, payloadChecks, useEveryOperation } from './every-message.ts'
import { type Message, settled, worldOf } from './socket-client.ts'
import { storedWorldOf } from './stored-world.ts'

const specification = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json')
const document: Message = asyncApiDocument(socketAt('/ws'))

/** What a `$ref` of the document refers to. */
const resolved = (ref: string): Message =>
  ref
    .slice(2)
    .split('/')
    .reduce((at: Message, key) => at?.[key], document)

function* references(value: Message): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) {
    if (key === '$ref') yield child as string
    else yield* references(child)
  }
}

const payloads = payloadChecks(document)

describe('the AsyncAPI document', () => {
  test('is valid', () => {
    const check = ajv.compile(JSON.parse(readFileSync(specification, 'utf8')))
    check(document)
    expect(check.errors).toBeNull()
    expect(check({ ...document, channels: { socket: { adress: '/ws' } } })).toBe(false)
  })

  test('has no broken references, and uses every message', () => {
    const all = [...references(document)]
    expect(all.length).toBeGreaterThan(100)
    for (const ref of all) expect(resolved(ref), ref).toBeDefined()
    const used = new Set([...references(document.operations)])
    for (const name of Object.keys(document.components.messages)) {
      expect(used).toContain(`#/channels/socket/messages/${name}`)
    }
  })

  test('has every operation and every channel', () => {
    const names = [...OPERATIONS, ...CHANNELS.map((channel) => `${channel}Data`)]
    expect(Object.keys(document.operations)).toEqual(names)
    expect(document.channels.socket.address).toBe('/ws')
  })

  test('has examples that satisfy its schemas', () => {
    let examples = 0
    for (const [name, message] of Object.entries<Message>(document.components.messages)) {
      for (const { payload } of message.examples ?? []) {
        expect([payload, payloads[name](payload), payloads[name].errors]).toEqual([payload, true, null])
        examples++
      }
    }
    expect(examples).toBe(OPERATIONS.length)
  })

  test('is served, if the exchange has a socket', async () => {
    const asyncApi = () => JSON.stringify(document)
    const { get } = clientOf(undefined, { asyncApi })
    expect(await get('/asyncapi.json')).toMatchObject({ status: 200, body: document })
    const openApi = (await get('/openapi.json')).body
    expect(openApi.paths).toHaveProperty('/asyncapi.json')
    expect(openApi.info.description).toContain('asyncapi.json')
    const none = clientOf()
    expect(await none.get('/asyncapi.json')).toMatchObject({ status: 404, body: { code: 'not_found' } })
    const without = (await none.get('/openapi.json')).body
    expect(without.paths).not.toHaveProperty('/asyncapi.json')
    expect(without.info.description).not.toContain('asyncapi.json')
  })
})

describe('the document of a runtime with other bounds', () => {
  const onAws: Message = asyncApiDocument({ ...socketAt('/ws'), protocol: 'wss', bounds: ON_AWS })
  const checks = payloadChecks(onAws)

  test('has these bounds in its schemas and in its text, and nothing else is different', () => {
    const subscribe = (depth: number, symbols: number) =>
      checks.SubscribeRequest({
        id: 1,
        op: 'subscribe',
        channel: 'book',
        depth,
        symbols: Array(symbols).fill('BTCUSD'),
      })
    expect([subscribe(100, 100), subscribe(1000, 1), subscribe(10, 101)]).toEqual([true, false, false])
    const batch = (orders: number) => ({
      id: 1,
      op: 'placeBatch',
      orders: Array(orders).fill({ symbol: 'BTCUSD', side: 'BUY', quantity: '1', price: '1' }),
    })
    expect([50, 51].map((orders) => checks.PlaceBatchRequest(batch(orders)))).toEqual([true, false])
    expect(payloads.PlaceBatchRequest(batch(500))).toBe(true)
    expect(onAws.info.description).toContain('frames of 32 KiB, batches of 50 orders, 100 subscriptions')
    expect(onAws.servers.exchange.protocol).toBe('wss')
    const { info: _, servers: __, components: own, ...rest } = onAws
    const { info: ___, servers: ____, components, ...others } = document
    expect(rest).toEqual(others)
    expect(Object.keys(own.schemas)).toEqual(Object.keys(components.schemas))
  })

  test('describes real frames of stored connections', async () => {
    const client = await storedWorldOf().connect()
    await useEveryOperation(async (op, fields) => {
      checkMessage(checks, JSON.parse(JSON.stringify({ id: 'a', op, ...fields })))
      return client.ask(op, fields)
    })
    expect(client.data('orders').length).toBeGreaterThan(0)
    for (const message of client.received) checkMessage(checks, message)
  })
})

test('real frames are those of the document', async () => {
  const client = worldOf().connect()
  const seen = new Set<string>()
  await useEveryOperation(async (op, fields) => {
    seen.add(checkMessage(payloads, JSON.parse(JSON.stringify({ id: 'a', op, ...fields }))))
    const answer = await client.ask(op, fields)
    await settled()
    return answer
  })
  seen.add('UnsubscribeRequest')
  await client.ask('unsubscribe', { channel: 'orders' })
  await client.ask('place', { order: { symbol: 'BTCUSD', side: 'HOLD', colour: 1 } })
  client.session.receive('{"id":')
  await settled()
  for (const message of client.received) seen.add(checkMessage(payloads, message))
  const events = client.data('orders').flatMap(({ updates = [] }) => updates.map(({ event }: Message) => event.type))
  const types = ['ACCEPTED', 'AMENDED', 'AMEND_REJECTED', 'CANCELED', 'REJECTED', 'TRADE']
  expect([...new Set(events)].sort()).toEqual(types)
  expect([...seen].sort()).toEqual(Object.keys(payloads).sort())
})
