/**
 * Clients that trade, cancel and read at a fixed rate, with a journal of what was acknowledged. The time of a request
 * begins when it was due, so that a slow answer also counts for the requests that wait behind it.
 */

import { type Answered, type Api, apiOf } from '../../test/e2e/api.ts'
import { isBrokenConnection, Journal } from '../../test/e2e/order-load.ts'
import { type Random, randomOf } from '../../test/e2e/random.ts'
import { HONEST_KEY, headersOf } from './exchange-process.ts'

const CLIENTS = 8
/** Each client: 200 requests a second in all. */
const PERIOD_MS = 40
/** BTCUSD belongs to the attackers: an honest order there would fill theirs. */
export const HONEST_SYMBOLS = ['ETHUSD', 'ENERGY-DE']
const BOOK = '/book/BTCUSD'
const HEADERS = headersOf(HONEST_KEY)
const ANSWER_MS_MAX = 10_000
const RECONNECT_MS = 50

export interface Measured {
  readonly postMs: number[]
  readonly bookMs: number[]
  /** By status, or by the failure of the connection. */
  readonly errors: Map<string, number>
}

export class HonestClients {
  readonly journal = new Journal(HONEST_SYMBOLS)
  private measured: Measured = nothing()
  private interrupted = false
  private resumedMs = 0
  private readonly url: string
  private stopped = false
  private readonly random: Random
  private readonly ended: Promise<unknown>

  constructor(url: string, seed: number) {
    this.url = url
    this.random = randomOf(seed)
    this.ended = Promise.all(Array.from({ length: CLIENTS }, () => this.run()))
  }

  /** Begins a measurement and returns it. What is late by now does not count. */
  measure(): Measured {
    this.measured = nothing()
    this.resumedMs = performance.now()
    return this.measured
  }

  /** The exchange is about to be killed: broken connections are no errors until {@link resume}. */
  interrupt(): void {
    this.interrupted = true
  }

  resume(): Measured {
    this.interrupted = false
    return this.measure()
  }

  async stop(): Promise<void> {
    this.stopped = true
    await this.ended
  }

  private async run(): Promise<void> {
    let api = apiOf(this.url)
    let dueMs = performance.now() + this.random.below(PERIOD_MS)
    while (!this.stopped) {
      await pause(dueMs - performance.now())
      dueMs = Math.max(dueMs, this.resumedMs)
      const { interrupted } = this
      try {
        await this.request(api, dueMs)
        dueMs += PERIOD_MS
      } catch (cause) {
        if (!isBrokenConnection(cause) && !(cause instanceof Unanswered)) throw cause
        if (!interrupted && !this.interrupted) this.count(cause instanceof Unanswered ? 'no answer' : 'connection')
        api.close()
        api = apiOf(this.url)
        await pause(RECONNECT_MS)
        // What was due meanwhile is not sent.
        dueMs = performance.now()
      }
    }
    api.close()
  }

  private async request(api: Api, dueMs: number): Promise<void> {
    const dice = this.random.below(10)
    const known = this.journal.recent(this.random)
    if (dice < 3) {
      if (this.isGood(await within(api.get(BOOK)), [200])) this.measured.bookMs.push(performance.now() - dueMs)
    } else if (dice < 5 && known !== undefined) {
      const answer = await within(api.send('DELETE', `/orders/${known.order.orderId}`, undefined, HEADERS))
      if (this.isGood(answer, [202, 404, 409]) && answer.status === 202) known.cancelAcknowledged = true
    } else {
      const order = this.journal.order(this.random)
      if (!this.isGood(await within(api.post('/orders', order, HEADERS)), [202])) return
      this.journal.acknowledge(order.orderId)
      this.measured.postMs.push(performance.now() - dueMs)
    }
  }

  private isGood({ status, body }: Answered, good: readonly number[]): boolean {
    if (good.includes(status)) return true
    this.count(`${status} ${body.code ?? ''}`)
    return false
  }

  private count(error: string): void {
    this.measured.errors.set(error, (this.measured.errors.get(error) ?? 0) + 1)
  }
}

const nothing = (): Measured => ({ postMs: [], bookMs: [], errors: new Map() })

class Unanswered extends Error {}

async function within<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unanswered()), ANSWER_MS_MAX)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))

/** A percentile of measured times; NaN without any. */
export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
