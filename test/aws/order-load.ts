/** Random orders, cancels and amendments, which several clients send until `stop` is called. */

import { type Random, randomOf } from '../e2e/random.ts'
import type { LocalExchange } from './local-exchange.ts'

export interface Load {
  /** Ids of acknowledged orders. */
  readonly accepted: ReadonlySet<string>
  /** Stops sending and waits for the open requests. */
  stop(): Promise<void>
}

/** The pause between two requests of a client. */
const PAUSE_MS = 100

const SYMBOLS = ['BTCUSD', 'ETHUSD', 'ENERGY-DE']

export function startLoad(exchange: LocalExchange, clients: number, batch: number, seed = 1): Load {
  const accepted = new Set<string>()
  let stopping = false
  const run = async (client: number) => {
    const random = randomOf(seed * 1_000 + client)
    for (let n = 0; !stopping; n++) {
      const orders = Array.from({ length: batch }, (_, i) => orderOf(random, `c${client}-${n}-${i}`))
      const answer = await sendUntilAnswered(exchange, 'POST', '/orders/batch', { orders })
      for (const result of answer.results) if (result.status === 202) accepted.add(result.orderId)
      // The pause bounds the number of orders, however long the faults take.
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      const target = orders[random.below(orders.length)].orderId
      // A cancel or an amendment may be too late, or fail while the service is down. Both are permitted.
      if (random.chance(0.5)) await exchange.send('DELETE', `/orders/${target}`).catch(() => {})
      else if (random.chance(0.3)) await exchange.send('PATCH', `/orders/${target}`, { quantity: '1' }).catch(() => {})
    }
  }
  const clientsDone = Promise.all(Array.from({ length: clients }, (_, client) => run(client)))
  return {
    accepted,
    stop: async () => {
      stopping = true
      await clientsDone
    },
  }
}

function orderOf(random: Random, orderId: string) {
  const market = random.chance(0.05)
  return {
    orderId,
    symbol: random.pick(SYMBOLS),
    side: random.pick(['BUY', 'SELL']),
    quantity: String((1 + random.below(30)) / 10),
    ...(market ? { type: 'MARKET' } : { price: String(100 + random.below(20)) }),
  }
}

/** Sends the same request until it is answered, as a client should. */
async function sendUntilAnswered(exchange: LocalExchange, method: string, path: string, body: unknown) {
  for (;;) {
    const answer = await exchange.send(method, path, body).catch(() => undefined)
    if (answer?.status === 200) return answer.body
    if (answer !== undefined && answer.status < 500) throw new Error(JSON.stringify(answer))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
