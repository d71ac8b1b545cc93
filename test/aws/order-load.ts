/** Random orders, cancels and amendments, sent by several clients at a time until told to stop. */

import { type Random, randomOf } from '../e2e/random.ts'
import type { LocalExchange } from './local-exchange.ts'

export interface Load {
  /** Ids of orders whose acceptance was answered. */
  readonly accepted: ReadonlySet<string>
  /** Stops sending and waits for the answers under way. */
  stop(): Promise<void>
}

/** Between two requests of a client. */
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
      // What must come to rest in the end is bounded, however long the harm takes.
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      const target = orders[random.below(orders.length)].orderId
      // Either may come too late, or find the service away: nothing was promised then.
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

/** As a client does that wants its orders in: the same request again until it is answered. */
async function sendUntilAnswered(exchange: LocalExchange, method: string, path: string, body: unknown) {
  for (;;) {
    const answer = await exchange.send(method, path, body).catch(() => undefined)
    if (answer?.status === 200) return answer.body
    if (answer !== undefined && answer.status < 500) throw new Error(JSON.stringify(answer))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
