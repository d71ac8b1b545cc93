/**
 * Changes of one book at a constant rate, as a few market makers and takers would cause them: each command is an order or
 * a cancel, and each changes the book. The same seed gives the same commands. The fair price walks slowly, and at most
 * a few hundred orders are open.
 */

import { ExchangeClient } from '../../src/client/exchange-client.ts'
import { formatSteps, parseStep } from '../../src/protocol/units.ts'

const TICK = parseStep('0.01')
const LOT = parseStep('0.0001')
const FAIR_TICKS = 5_002_183
const OPEN_MAX = 400
const TAKER_SHARE = 0.15

type Side = 'BUY' | 'SELL'

/** Numbers in [0, 1), of a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export class BookLoad {
  /** Commands that were sent. */
  sent = 0
  private readonly client: ExchangeClient
  private readonly random: () => number
  private readonly run: string
  private readonly open: string[] = []
  private fair = FAIR_TICKS
  private timer: ReturnType<typeof setInterval> | undefined

  constructor(port: number, seed = 1) {
    this.client = new ExchangeClient({ url: `ws://127.0.0.1:${port}/ws` })
    this.random = randomOf(seed)
    this.run = `load-${seed}-${Date.now()}`
  }

  /** Fills the book, and then sends `perSecond` commands until {@link stop}. */
  async start(perSecond: number): Promise<void> {
    const orders = Array.from({ length: OPEN_MAX / 2 }, () => this.quote())
    await this.client.placeBatch(orders)
    const startedMs = performance.now()
    this.timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedMs) * perSecond) / 1000)
      while (this.sent < due) {
        this.sent++
        void this.send().catch(() => {})
      }
    }, 2)
  }

  stop(): void {
    clearInterval(this.timer)
    this.client.close()
  }

  private send(): Promise<unknown> {
    this.fair += Math.round((this.random() - 0.5) * 6)
    const { open, random } = this
    if (random() < TAKER_SHARE) return this.client.place(this.take())
    if (open.length < OPEN_MAX && random() < 0.5) return this.client.place(this.quote())
    const [id] = open.splice(Math.floor(random() * open.length), 1)
    return this.client.cancel(id)
  }

  private quote() {
    const side: Side = this.random() < 0.5 ? 'BUY' : 'SELL'
    const away = 1 + Math.floor(this.random() ** 2 * 300)
    const orderId = `${this.run}-${this.sent}-${this.open.length}`
    this.open.push(orderId)
    return { orderId, ...this.terms(side, side === 'BUY' ? this.fair - away : this.fair + away, 30_000) }
  }

  private take() {
    const side: Side = this.random() < 0.5 ? 'BUY' : 'SELL'
    const terms = this.terms(side, side === 'BUY' ? this.fair + 20 : this.fair - 20, 20_000)
    return { orderId: `${this.run}-${this.sent}-take`, timeInForce: 'IOC' as const, ...terms }
  }

  private terms(side: Side, priceTicks: number, lotsMax: number) {
    const lots = 1 + Math.floor(this.random() * lotsMax)
    return { symbol: 'BTCUSD', side, quantity: formatSteps(lots, LOT), price: formatSteps(priceTicks, TICK) }
  }
}
