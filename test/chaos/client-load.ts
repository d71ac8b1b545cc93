/**
 * Clients that trade while faults happen: orders of every kind, cancels, amendments, reads, and an operator who halts a
 * symbol and resumes it. A client sends an order again until it gets an answer, as a client should. A seed decides what
 * is sent; how long the answers take decides when.
 */

import { SELF_TRADE_PREVENTIONS } from '../../src/protocol/order/order-words.ts'
import { apiAt, type Send } from '../aws/api.ts'
import { type Random, randomOf } from '../e2e/random.ts'
import { pause } from './chaos-world.ts'

export interface LoadOptions {
  readonly url: string
  readonly symbols: readonly string[]
  readonly clients: number
  readonly seed: number
}

export interface Load {
  /** Ids of orders that were acknowledged as durable. */
  readonly acknowledged: ReadonlySet<string>
  readonly counts: { requests: number; refused: number; resent: number }
  /** What no client should be told, whatever happens. */
  readonly surprises: readonly string[]
  /**
   * Stops sending, waits until each order has an answer, and sends a last order to each symbol, so that a book that was
   * lost after the last record of its symbol is rebuilt too.
   */
  stop(): Promise<void>
  /** Stops sending, also what has no answer. */
  abandon(): void
}

interface Order {
  readonly orderId: string
  readonly symbol: string
}

interface Result {
  readonly status: number
  readonly code?: string
}

const BATCH_MAX = 12
const LAST_MAX = 50
/** The pause between two requests of a client bounds the number of orders, however long the faults take. */
const PAUSE_MS = 120
const RESEND_MS = 50
const RETRY_AFTER_MAX_MS = 1_000
/** More than the functions may run. */
const ANSWER_MS = 90_000
const SURPRISES_MAX = 20
/** The halt may have failed, or may not be published yet. Then there is nothing to resume, and it is tried again. */
const RESUMES_MAX = 30

export function startLoad({ url, symbols, clients, seed }: LoadOptions): Load {
  const send = apiAt(url)
  const acknowledged = new Set<string>()
  const counts = { requests: 0, refused: 0, resent: 0 }
  const surprises: string[] = []
  let stopping = false
  let isAbandoned = false

  /** undefined: no answer, or one of a failed function. */
  const ask: (...request: Parameters<Send>) => Promise<Awaited<ReturnType<Send>> | undefined> = async (...request) => {
    counts.requests++
    const late = pause(ANSWER_MS).then(() => undefined)
    const answer = await Promise.race([send(...request).catch(() => undefined), late])
    if (answer === undefined || answer.status >= 500) counts.refused++
    return answer
  }

  /** Returns whether the order has its answer. */
  const note = (orderId: string, result: Result): boolean => {
    const { status, code } = result
    if (status >= 500) return false
    if (status === 200 || status === 202) acknowledged.add(orderId)
    // It expired before an attempt was answered. Then nothing of an attempt is stored: otherwise it would be a repetition.
    else if (code === 'expires_at_not_in_future') return true
    else if (surprises.length < SURPRISES_MAX) surprises.push(`order ${orderId}: ${JSON.stringify(result)}`)
    return true
  }

  /** Sends the orders again that have no answer, with the same ids. */
  const place = async (orders: readonly Order[], headers: Record<string, string>): Promise<void> => {
    let left = orders
    for (let tries = 1; left.length > 0 && !isAbandoned; tries++) {
      if (tries > 1) counts.resent += left.length
      const one = left.length === 1
      const answer = await ask('POST', one ? '/orders' : '/orders/batch', one ? left[0] : { orders: left }, headers)
      if (answer === undefined || answer.status >= 500) {
        const retryAfterMs = 1_000 * Number(answer?.headers.get('Retry-After') ?? 0)
        await pause(Math.max(RESEND_MS, Math.min(RETRY_AFTER_MAX_MS, retryAfterMs)))
        continue
      }
      const results: Result[] = one ? [{ ...answer.body, status: answer.status }] : answer.body.results
      left = left.filter(({ orderId }, i) => !note(orderId, results[i]))
    }
  }

  const trade = async (client: number): Promise<void> => {
    const random = randomOf(seed * 1_000 + client)
    const placed: Order[] = []
    for (let n = 0; !stopping; n++) {
      const size = random.chance(0.3) ? 1 : 1 + random.below(BATCH_MAX)
      const orders = Array.from({ length: size }, (_, i) => orderOf(random, symbols, `c${client}-${n}-${i}`))
      await place(orders, random.chance(0.1) ? { Prefer: 'wait=2' } : {})
      placed.push(...orders)
      await pause(PAUSE_MS)
      // A change may be too late, or fail while a function is down. Both are permitted, and it is not sent again.
      const target = placed[Math.max(0, placed.length - 1 - random.below(60))]
      const what = random.below(100)
      if (what < 45) await ask('DELETE', `/orders/${target.orderId}`)
      else if (what < 65) await ask('PATCH', `/orders/${target.orderId}`, changeOf(random))
      else if (what < 67) await ask('DELETE', `/orders?symbol=${target.symbol}`)
      else if (what < 80) await ask('GET', `/orders/${target.orderId}`)
      else await ask('GET', random.chance(0.5) ? `/book/${target.symbol}` : '/orders?status=OPEN&limit=20')
    }
  }

  const operate = async (): Promise<void> => {
    const random = randomOf(seed * 1_000 + 999)
    while (!stopping) {
      await pause(1_000 + random.below(2_000))
      const path = `/instruments/${random.pick(symbols)}`
      if (stopping || (await ask('PATCH', path, { phase: 'HALTED' })) === undefined) continue
      await pause(random.below(500))
      for (let tries = 1; tries < RESUMES_MAX && !isAbandoned; tries++) {
        if ((await ask('PATCH', path, { phase: 'CONTINUOUS' }))?.status === 202) break
        await pause(200)
      }
    }
  }

  const ended = Promise.all([...Array.from({ length: clients }, (_, client) => trade(client)), operate()])
  return {
    acknowledged,
    counts,
    surprises,
    stop: async () => {
      stopping = true
      await ended
      const last = { side: 'BUY', price: '1', quantity: '1' }
      const orders = symbols.map((symbol) => ({ ...last, symbol, orderId: `last-${symbol}` }))
      for (let i = 0; i < orders.length; i += LAST_MAX) await place(orders.slice(i, i + LAST_MAX), {})
    },
    abandon: () => {
      stopping = true
      isAbandoned = true
    },
  }
}

const changeOf = (random: Random) =>
  random.chance(0.5) ? { quantity: String((1 + random.below(20)) / 10) } : { price: priceOf(random) }

const priceOf = (random: Random): string => String(100 + random.below(20))

function orderOf(random: Random, symbols: readonly string[], orderId: string): Order {
  const common = {
    orderId,
    symbol: random.pick(symbols),
    side: random.pick(['BUY', 'SELL']),
    quantity: String((1 + random.below(30)) / 10),
    ...(random.chance(0.2) && { selfTradePrevention: random.pick(SELF_TRADE_PREVENTIONS) }),
  }
  const kind = random.below(100)
  if (kind < 5) return { ...common, type: 'MARKET' } as Order
  const limit = { ...common, price: priceOf(random) }
  if (kind < 10) return { ...limit, timeInForce: random.pick(['IOC', 'FOK']) } as Order
  if (kind < 15) return { ...limit, postOnly: true } as Order
  if (kind < 25) {
    const expiresAt = new Date(Date.now() + 1_000 + random.below(8_000)).toISOString()
    return { ...limit, timeInForce: 'GTD', expiresAt } as Order
  }
  return limit
}
