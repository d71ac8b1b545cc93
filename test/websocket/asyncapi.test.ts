/** The AsyncAPI document: it is valid, complete, and real frames satisfy its schemas. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'
import { describe, expect, test } from 'vitest'
import { asyncApiDocument } from '../../src/websocket/asyncapi.ts'
import { CHANNELS, OPERATIONS } from '../../src/websocket/messages/operations.ts'
import { clientOf } from '../rest/client.ts'
import { type Message, order, type SocketClient, settled, worldOf } from './socket-client.ts'

const specification = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json')
const document: Message = asyncApiDocument('/ws')

/** The formats of the specification and of our times say nothing about the form of a text that its pattern does not. */
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })

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

const payloads = Object.fromEntries(
  Object.keys(document.components.messages).map((name): [string, ValidateFunction] => [
    name,
    ajv.compile({ $ref: `#/components/schemas/${name}`, components: document.components }),
  ]),
)

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
    expect((await get('/openapi.json')).body.paths).toHaveProperty('/asyncapi.json')
    const none = clientOf()
    expect(await none.get('/asyncapi.json')).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect((await none.get('/openapi.json')).body.paths).not.toHaveProperty('/asyncapi.json')
  })
})

const capital = (text: string): string => `${text[0].toUpperCase()}${text.slice(1)}`

/** The message of the document that a real one is. */
function nameOf({ type, op, channel }: Message): string {
  if (type === 'result') return `${capital(op)}Result`
  if (type === 'error') return 'Error'
  return type === undefined ? `${capital(op)}Request` : `${capital(channel)}${capital(type)}`
}

/** Checks a message, and returns its name. */
function checked(message: Message): string {
  const name = nameOf(message)
  const check = payloads[name]
  check(message)
  expect(check.errors && [JSON.stringify(message), check.errors]).toBeNull()
  return name
}

/** Uses every operation and channel. */
async function useAll(client: SocketClient, ask: SocketClient['ask']): Promise<void> {
  await ask('authenticate', { key: 'wrong' })
  for (const channel of ['book', 'trades', 'ticker'] as const) await ask('subscribe', { channel, symbols: ['BTCUSD'] })
  await ask('subscribe', { channel: 'candles', symbols: ['BTCUSD'], interval: '1m' })
  await ask('authenticate', { key: 'key-alice', cancelOnDisconnect: true })
  await ask('subscribe', { channel: 'orders' })
  await ask('subscriptions')
  await ask('ping')
  for (const wait of [0, 1]) {
    const maker = order({ price: '100.5', tag: 'first', quantity: 3 })
    await ask('place', { order: maker, wait })
    await ask('place', { order: maker, wait })
    await ask('place', { order: order({ side: 'SELL', quantity: 1, price: 100.5 }), wait })
    await ask('place', { order: order({ side: 'SELL', postOnly: true, price: 100.5 }), wait })
    await ask('placeBatch', {
      orders: [order(), order({ symbol: 'NONE' }), order({ side: 'SELL', type: 'MARKET', price: undefined })],
      wait,
    })
    await ask('amend', { orderId: maker.orderId, quantity: '2.5', wait })
    await ask('amend', { orderId: maker.orderId, quantity: '0.5', wait })
    await ask('cancel', { orderId: maker.orderId, wait })
    await ask('cancel', { orderId: maker.orderId, wait })
    await ask('cancelAll', { symbol: 'ETHUSD', wait })
    await ask('cancelAll', { wait })
  }
  await ask('unsubscribe', { channel: 'orders' })
  await client.ask('place', { order: { symbol: 'BTCUSD', side: 'HOLD', colour: 1 } })
  client.session.receive('{"id":')
  await settled()
}

test('real frames are those of the document', async () => {
  const client = worldOf().connect()
  await client.ask('subscribe', { channel: 'trades', symbols: ['ETHUSD'] })
  const seen = new Set<string>()
  await useAll(client, (op, fields) => {
    seen.add(checked(JSON.parse(JSON.stringify({ id: 'a', op, ...fields }))))
    return client.ask(op, fields)
  })
  for (const message of client.received) seen.add(checked(message))
  const events = client.data('orders').flatMap(({ updates = [] }) => updates.map(({ event }: Message) => event.type))
  const types = ['ACCEPTED', 'AMENDED', 'AMEND_REJECTED', 'CANCELED', 'REJECTED', 'TRADE']
  expect([...new Set(events)].sort()).toEqual(types)
  expect([...seen].sort()).toEqual(Object.keys(payloads).sort())
})
