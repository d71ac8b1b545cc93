/**
 * The rules of the book in their simplest form: two arrays of objects, best first, searched from the front. It was
 * written from the documents of the engine and shares no code with it except the names of the option bits. It is slow
 * and simple, and the engine is compared with it.
 */

import { PRICE_TICKS_MAX } from '../../src/protocol/limits.ts'
import {
  FILL_OR_KILL,
  GOOD_TILL_DATE,
  IMMEDIATE_OR_CANCEL,
  MARKET,
  POST_ONLY,
  STP_MASK,
  STP_SHIFT,
} from '../../src/protocol/order/order-options.ts'
import type { EngineCommand, Place } from './commands.ts'

interface Order {
  readonly name: number
  readonly side: 0 | 1
  readonly account: number
  readonly options: number
  readonly expiresAtMs: number
  price: number
  quantity: number
  open: number
}

const MODES = ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'] as const
const modeOf = (order: Order) => MODES[(order.options & STP_MASK) >>> STP_SHIFT]
const has = (order: { options: number }, option: number): boolean => (order.options & option) !== 0

export class NaiveBook {
  /** Bids and asks, best first, then oldest first. */
  readonly sides: [Order[], Order[]] = [[], []]
  /** 0 before the first trade. */
  lastTradePrice = 0
  private nowMs = 0
  private number = 0
  /** 0 continuous, 1 halted, 2 closed. */
  private phase = 0
  private rules: number
  private low = 1
  private high = PRICE_TICKS_MAX
  private lines: string[] = []

  constructor(rules = 1) {
    this.rules = rules
  }

  /** Applies one command; returns the lines of its events. */
  apply(command: EngineCommand): string[] {
    this.lines = []
    this.number++
    this.nowMs = Math.max(this.nowMs, command.timestampMs)
    this.expire()
    switch (command.kind) {
      case 'place':
        this.place(command)
        break
      case 'cancel': {
        const order = this.find(command.name)
        if (order === undefined) this.say(`cancel-rejected ${command.name} order_not_open`)
        else this.cancel(order, 'requested')
        break
      }
      case 'amend':
        this.amend(command.name, command.price, command.quantity)
        break
      case 'cancelAll':
        for (const order of this.all().sort((a, b) => a.name - b.name)) {
          if (order.account === command.account) this.cancel(order, 'cancel_all')
        }
        break
      case 'phase':
        this.say(command.phase === this.phase ? 'control-rejected phase_unchanged' : `phase ${command.phase}`)
        this.phase = command.phase
        break
      case 'rules':
        this.say(command.rules > this.rules ? `rules ${command.rules}` : 'control-rejected rules_not_newer')
        this.rules = Math.max(this.rules, command.rules)
        break
      case 'close':
        this.phase = 2
        this.say('closed')
        for (const order of this.all()) this.cancel(order, 'instrument_closed')
        break
      case 'reopen':
        this.phase = 0
        break
      case 'band':
        this.low = command.low
        this.high = command.high
        this.say(`band ${this.low} ${this.high}`)
        for (const order of this.all()) if (this.outside(order.price)) this.cancel(order, 'price_outside_band')
        break
      case 'time':
        break
    }
    return this.lines
  }

  private place(command: Place) {
    const { options, quantity, account, expiresAtMs } = command
    const side = (options & 1) as 0 | 1
    const market = has(command, MARKET)
    const price = market ? (side === 0 ? this.high : this.low) : command.price
    const order: Order = { name: this.number, side, account, options, expiresAtMs, price, quantity, open: quantity }
    const reject = (reason: string) => this.say(`rejected ${this.number} ${side} ${price} ${quantity} ${reason}`)
    if (this.phase !== 0) return reject(this.phase === 1 ? 'symbol_halted' : 'symbol_closed')
    if (this.outside(price)) return reject('price_outside_band')
    if (has(order, POST_ONLY) && this.crosses(order)) return reject('post_only_would_cross')
    this.say(`accepted ${order.name} ${side} ${market ? 0 : price} ${quantity}`)
    if (has(order, GOOD_TILL_DATE) && expiresAtMs <= this.nowMs) return this.sayCanceled(order, 'expired')
    if (has(order, FILL_OR_KILL) && !this.canFill(order)) return this.sayCanceled(order, 'fill_or_kill')
    this.trade(order)
    if (order.open === 0) return
    if (market) return this.sayCanceled(order, 'no_liquidity')
    if (has(order, IMMEDIATE_OR_CANCEL | FILL_OR_KILL)) return this.sayCanceled(order, 'immediate_or_cancel')
    this.rest(order)
  }

  private amend(name: number, price: number, quantity: number) {
    const order = this.find(name)
    const reject = (reason: string) => this.say(`amend-rejected ${name} ${reason}`)
    if (order === undefined) return reject('order_not_open')
    const open = quantity - (order.quantity - order.open)
    const lowers = price === order.price && open < order.open
    if (this.phase === 1 && !(lowers && this.rules >= 2)) return reject('symbol_halted')
    if (this.phase === 2) return reject('symbol_closed')
    if (open <= 0) return reject('quantity_not_above_filled')
    if (this.outside(price)) return reject('price_outside_band')
    if (!lowers && has(order, POST_ONLY) && this.crosses({ ...order, price })) return reject('post_only_would_cross')
    if (!lowers) this.takeOut(order)
    order.price = price
    order.quantity = quantity
    order.open = open
    this.say(`amended ${name} ${order.side} ${price} ${quantity} ${lowers ? 'kept' : 'lost'}`)
    if (lowers) return
    this.trade(order)
    if (order.open > 0) this.rest(order)
  }

  /** Trades as long as orders are available. Self-trade prevention sets the open lots of a closed order to 0. */
  private trade(taker: Order) {
    const makers = this.sides[1 - taker.side]
    while (taker.open > 0 && this.crosses(taker)) {
      const maker = makers[0]
      if (modeOf(taker) !== 'NONE' && maker.account === taker.account) {
        if (modeOf(taker) !== 'EXPIRE_TAKER') this.cancel(maker, 'self_trade')
        if (modeOf(taker) === 'EXPIRE_MAKER') continue
        this.sayCanceled(taker, 'self_trade')
        taker.open = 0
        return
      }
      const quantity = Math.min(maker.open, taker.open)
      this.say(`trade ${maker.name} ${taker.name} ${taker.side} ${maker.price} ${quantity}`)
      this.lastTradePrice = maker.price
      taker.open -= quantity
      maker.open -= quantity
      if (maker.open === 0) makers.shift()
    }
  }

  private canFill(taker: Order): boolean {
    let found = 0
    for (const maker of this.sides[1 - taker.side]) {
      if (found >= taker.open || !this.reaches(taker, maker.price)) break
      if (modeOf(taker) !== 'NONE' && maker.account === taker.account) {
        if (modeOf(taker) === 'EXPIRE_MAKER') continue
        break
      }
      found += maker.open
    }
    return found >= taker.open
  }

  private rest(order: Order) {
    const queue = this.sides[order.side]
    let atPrice = 0
    for (const other of queue) if (other.price === order.price) atPrice += other.open
    if (atPrice + order.open > Number.MAX_SAFE_INTEGER) return this.sayCanceled(order, 'level_full')
    const worse = queue.findIndex((o) => (order.side === 0 ? o.price < order.price : o.price > order.price))
    queue.splice(worse < 0 ? queue.length : worse, 0, order)
  }

  private expire(): void {
    const expired: Order[] = []
    for (const queue of this.sides) {
      for (const o of queue) if (has(o, GOOD_TILL_DATE) && o.expiresAtMs <= this.nowMs) expired.push(o)
    }
    if (expired.length > 1) expired.sort((a, b) => a.expiresAtMs - b.expiresAtMs || a.name - b.name)
    for (const order of expired) this.cancel(order, 'expired')
  }

  private crosses(taker: Order): boolean {
    const best = this.sides[1 - taker.side][0]
    return best !== undefined && this.reaches(taker, best.price)
  }

  private reaches(taker: Order, price: number): boolean {
    return taker.side === 0 ? price <= taker.price : price >= taker.price
  }

  private outside(price: number): boolean {
    return price < this.low || price > this.high
  }

  private all(): Order[] {
    return [...this.sides[0], ...this.sides[1]]
  }

  private find(name: number): Order | undefined {
    for (const queue of this.sides) for (const order of queue) if (order.name === name) return order
    return undefined
  }

  private cancel(order: Order, reason: string): void {
    this.takeOut(order)
    this.sayCanceled(order, reason)
  }

  private takeOut(order: Order): void {
    const queue = this.sides[order.side]
    queue.splice(queue.indexOf(order), 1)
  }

  private sayCanceled(order: Order, reason: string): void {
    const price = has(order, MARKET) ? 0 : order.price
    this.say(`canceled ${order.name} ${order.side} ${price} ${order.open} ${reason}`)
  }

  private say(line: string): void {
    this.lines.push(line)
  }
}
