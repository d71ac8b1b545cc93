/** The frames of the real process are those of the document that it serves. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sha256Hex } from '../../src/entry/api-keys.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { checkMessage, payloadChecks, useEveryOperation } from '../websocket/every-message.ts'
import { startExchange } from './running-exchange.ts'
import { type Message, SocketClient } from './socket-client.ts'

test('every frame of a running exchange satisfies its AsyncAPI document', async () => {
  const directory = temporaryDirectory()
  const keys = join(directory, 'keys.json')
  writeFileSync(keys, JSON.stringify([{ account: 'alice', keySha256: sha256Hex('key-alice') }]), { mode: 0o600 })
  const exchange = await startExchange(join(directory, 'data'), ['--api-keys', keys])
  onTestFinished(async () => {
    await exchange.stop('SIGKILL')
  })
  const checks = payloadChecks((await (await fetch(`${exchange.url}/asyncapi.json`)).json()) as Message)
  const client = await SocketClient.open(exchange.url)
  const received: Message[] = []
  client.ws.on('message', (bytes: Buffer) => received.push(JSON.parse(bytes.toString())))
  await useEveryOperation((op, fields) => client.request(op, fields))
  await client.request('unsubscribe', { channel: 'orders' })
  // The first snapshot of candles may contain the trades so far, so there are more until an update arrives.
  const updated = async () => {
    const order = { symbol: 'BTCUSD', quantity: '1', price: '100' }
    await client.request('placeBatch', { orders: ['SELL', 'BUY'].map((side) => ({ ...order, side })) })
    return received.some(({ type, channel }) => type === 'update' && channel === 'candles')
  }
  await expect.poll(updated, { timeout: 30_000, interval: 200 }).toBe(true)
  const seen = new Set(received.map((message) => checkMessage(checks, message)))
  expect([...seen].sort()).toEqual(
    Object.keys(checks)
      .filter((name) => !name.endsWith('Request'))
      .sort(),
  )
})
