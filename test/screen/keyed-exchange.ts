/** The real exchange with the keys of two traders and an operator, and orders sent to it beside the screen. */

import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RunningExchange, removeLater, startExchange } from '../e2e/running-exchange.ts'

export const KEYS = { alice: 'key-of-alice-0001', bob: 'key-of-bob-0001', desk: 'key-of-the-desk-0001' } as const
export type Trader = keyof typeof KEYS

export interface KeyedExchange extends RunningExchange {
  /** Sends an order for a trader, and waits for its outcome. */
  place(trader: Trader, order: object): Promise<Response>
  call(trader: Trader, method: string, path: string, body?: object): Promise<Response>
  /** kill -9 and a start on the same directory and port. */
  killed(): Promise<void>
  again(): Promise<KeyedExchange>
}

export async function startKeyedExchange(words: readonly string[] = []): Promise<KeyedExchange> {
  const folder = removeLater()
  const keys = join(folder, 'keys.json')
  const sha256 = (key: string) => createHash('sha256').update(key).digest('hex')
  const rows = Object.entries(KEYS).map(([account, key]) => ({
    account,
    keySha256: sha256(key),
    ...(account === 'desk' && { operator: true }),
  }))
  writeFileSync(keys, JSON.stringify(rows))
  const start = async (port: readonly string[]): Promise<KeyedExchange> => {
    const running = await startExchange(join(folder, 'data'), ['--api-keys', keys, ...words, ...port])
    const call = (trader: Trader, method: string, path: string, body?: object) =>
      fetch(running.url + path, {
        method,
        headers: { 'X-API-Key': KEYS[trader], 'Content-Type': 'application/json', Prefer: 'wait=5' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    return {
      ...running,
      call,
      place: (trader, order) => call(trader, 'POST', '/orders', order),
      killed: async () => void (await running.stop('SIGKILL')),
      again: () => start(['--port', new URL(running.url).port]),
    }
  }
  return start([])
}

export const limit = (orderId: string, side: 'BUY' | 'SELL', quantity: string, price: string, symbol = 'BTCUSD') => ({
  orderId,
  symbol,
  side,
  quantity,
  price,
})
