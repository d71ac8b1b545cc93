/** Uses every operation and channel of a socket, and checks each message with the schema that the document has for it. */

import { Ajv, type ValidateFunction } from 'ajv'
import { expect } from 'vitest'
import { type Message, order } from './socket-client.ts'

/** The formats of the specification and of our times say nothing about the form of a text that its pattern does not. */
export const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })

/** A check for each message of the document, by its name. */
export const payloadChecks = ({ components }: Message): Readonly<Record<string, ValidateFunction>> =>
  Object.fromEntries(
    Object.keys(components.messages).map((name) => [
      name,
      ajv.compile({ $ref: `#/components/schemas/${name}`, components }),
    ]),
  )

const capital = (text: string): string => `${text[0].toUpperCase()}${text.slice(1)}`

/** The message of the document that a real one is. */
function nameOf({ type, op, channel }: Message): string {
  if (type === 'result') return `${capital(op)}Result`
  if (type === 'error') return 'Error'
  return type === undefined ? `${capital(op)}Request` : `${capital(channel)}${capital(type)}`
}

/** Fails if a message does not satisfy its schema. Returns the name of the message. */
export function checkMessage(checks: Readonly<Record<string, ValidateFunction>>, message: Message): string {
  const name = nameOf(message)
  const check = checks[name]
  expect(check, name).toBeDefined()
  check(message)
  expect(check.errors && [JSON.stringify(message), check.errors]).toBeNull()
  return name
}

type Ask = (op: string, fields?: object) => Promise<Message>

/** Sends requests of every operation, each of which the document allows. */
export async function useEveryOperation(ask: Ask): Promise<void> {
  await ask('authenticate', { key: 'wrong' })
  for (const channel of ['book', 'trades', 'ticker']) await ask('subscribe', { channel, symbols: ['BTCUSD'] })
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
    const orders = [order(), order({ symbol: 'NONE' }), order({ side: 'SELL', type: 'MARKET', price: undefined })]
    await ask('placeBatch', { orders, wait })
    await ask('amend', { orderId: maker.orderId, quantity: '2.5', wait })
    await ask('amend', { orderId: maker.orderId, quantity: '0.5', wait })
    await ask('cancel', { orderId: maker.orderId, wait })
    await ask('cancel', { orderId: maker.orderId, wait })
    await ask('cancelAll', { symbol: 'ETHUSD', wait })
    await ask('cancelAll', { wait })
  }
}
