/**
 * Load over several keep-alive connections, with a journal of requests and answers. After a crash, audit.ts
 * compares the exchange with the journal. A client whose connection breaks stops without an error.
 */

import { type Answered, type Api, apiOf } from './api.ts'
import type { Random } from './random.ts'

export const SYMBOLS = ['BTCUSD', 'ETHUSD', 'ENERGY-DE']

export interface SentOrder {
  readonly orderId: string
  readonly symbol: string
  readonly side: 'BUY' | 'SELL'
  readonly quantity: string
  readonly price?: string
  readonly type?: 'MARKET'
  readonly timeInForce?: 'IOC'
  readonly postOnly?: true
}

export interface Entry {
  readonly order: SentOrder
  acknowledged: boolean
  /** Whether a cancel of the order was acknowledged. */
  cancelAcknowledged: boolean
  /** The prices and quantities of the order and of its amendments, answered or not. */
  readonly prices: Set<string>
  readonly quantities: Set<string>
}

export class Journal {
  readonly entries = new Map<string, Entry>()
  private ordersMade = 0
  private readonly symbols: readonly string[]

  constructor(symbols: readonly string[] = SYMBOLS) {
    this.symbols = symbols
  }

  order(random: Random): SentOrder {
    const market = random.chance(0.1)
    const order: SentOrder = {
      orderId: `o-${++this.ordersMade}`,
      symbol: random.pick(this.symbols),
      side: random.pick(['BUY', 'SELL']),
      quantity: `${1 + random.below(9)}`,
      ...(market ? { type: 'MARKET' } : { price: `${95 + random.below(11)}.00` }),
      ...(!market && random.chance(0.1) && { timeInForce: 'IOC' }),
    }
    this.entries.set(order.orderId, {
      order,
      acknowledged: false,
      cancelAcknowledged: false,
      prices: new Set(order.price === undefined ? [] : [order.price]),
      quantities: new Set([order.quantity]),
    })
    return order
  }

  acknowledge(orderId: string): void {
    this.at(orderId).acknowledged = true
  }

  at(orderId: string): Entry {
    const entry = this.entries.get(orderId)
    if (entry === undefined) throw new Error(`${orderId} was never sent`)
    return entry
  }

  /** One of the latest orders, answered or not. */
  recent(random: Random): Entry | undefined {
    return this.entries.get(`o-${this.ordersMade - random.below(50)}`)
  }
}

const WAIT = { Prefer: 'wait=5' }

/** Sends requests until the connections break. */
export async function sendUntilBroken(
  url: string,
  connections: number,
  journal: Journal,
  random: Random,
): Promise<void> {
  const one = async (): Promise<void> => {
    const api = apiOf(url)
    try {
      for (;;) await step(api, journal, random)
    } catch (cause) {
      if (!isBrokenConnection(cause)) throw cause
    } finally {
      api.close()
    }
  }
  await Promise.all(Array.from({ length: connections }, one))
}

async function step(api: Api, journal: Journal, random: Random): Promise<void> {
  const headers = random.chance(0.3) ? WAIT : {}
  const dice = random.below(100)
  const known = journal.recent(random)
  if (dice < 45 || known === undefined) return place(api, journal, journal.order(random), headers)
  if (dice < 60) return placeBatch(api, journal, random, headers)
  // The same order again, perhaps before the first answer.
  if (dice < 70) return place(api, journal, known.order, headers)
  if (dice < 85) {
    const answer = await api.send('DELETE', `/orders/${known.order.orderId}`, undefined, headers)
    if (expectStatus(answer, [200, 202, 404, 409]) < 300) known.cancelAcknowledged = true
    return
  }
  const quantity = `${1 + random.below(9)}`
  const price = `${95 + random.below(11)}.00`
  known.quantities.add(quantity)
  known.prices.add(price)
  expectStatus(
    await api.send('PATCH', `/orders/${known.order.orderId}`, { quantity, price }, headers),
    [200, 202, 404, 409, 422],
  )
}

async function place(api: Api, journal: Journal, order: SentOrder, headers: Record<string, string>): Promise<void> {
  expectStatus(await api.post('/orders', order, headers), [200, 202])
  journal.acknowledge(order.orderId)
}

async function placeBatch(api: Api, journal: Journal, random: Random, headers: Record<string, string>): Promise<void> {
  const orders = Array.from({ length: 1 + random.below(40) }, () => journal.order(random))
  const answer = await api.post('/orders/batch', { orders }, headers)
  expectStatus(answer, [200])
  for (const [i, result] of answer.body.results.entries()) {
    if (result.status !== 200 && result.status !== 202) throw new Error(`a batch order got ${JSON.stringify(result)}`)
    journal.acknowledge(orders[i].orderId)
  }
}

export function expectStatus(answer: Answered, allowed: readonly number[]): number {
  if (!allowed.includes(answer.status)) throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  return answer.status
}

/** Whether the server closed the connection. Any other error is a fault of the test or the exchange. */
export function isBrokenConnection(cause: unknown): boolean {
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  return ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code) || /socket hang up|aborted/.test(String(cause))
}
