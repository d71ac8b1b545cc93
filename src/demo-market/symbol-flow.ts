/**
 * The flow of orders in one instrument: makers quote levels around the fair price and follow it, takers trade against
 * them, and some takers wait with an order of their own. Every random number comes from the seed, so the same terms
 * and times give the same commands.
 */

import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import type { Side } from '../protocol/order/order-words.ts'
import { TAKERS } from './demo-accounts.ts'
import type { DemoCommand } from './demo-command.ts'
import { FairPrice } from './fair-price.ts'
import type { MarketTerms } from './market-terms.ts'
import { orderSize } from './order-size.ts'
import { opposite, type Quote, QuoteBook } from './quote-book.ts'
import { Random } from './random.ts'

/** The share of takers among the commands, in a burst and otherwise; and that of takers who wait. */
const TAKES = 0.14
const TAKES_IN_BURST = 0.45
const WAITS = 0.03
/** How often a maker renews a quote at random, and not the one that is most wrong. */
const RENEWS = 0.08
/** How often a maker that amends its quotes does so, and the open share below which it replaces them. */
const AMENDS = 0.75
const AMENDS_FROM_SHARE = 0.4
/** Distance of a level from the fair price: a part of the price, and at least a tick more than the level before. */
const NEAREST = 0.000_006
const GROWS = 0.000_005
const GROWS_SQUARE = 0.000_001_2
/** The part of its distance by which an order stays behind a price that it would trade with. */
const BEHIND = 0.5
/** Levels of empty places that are filled first. */
const FILLS_LEVELS = 20
/** How often a taker sends a market order, and how far the others go beyond the best price. */
const MARKET_ORDERS = 0.2
const BEYOND = 0.000_1
const BEYOND_IN_BURST = 0.000_4
/** How often a taker is on the side of the burst, and on the side of the taker before. */
const WITH_BURST = 0.85
const LIKE_LAST = 0.45
/** The distance of the fair price from the middle, as a part of the price, at which takers are on one side. */
const SURE = 0.000_1
/** Distances of the orders that wait. */
const WAITING = [0.000_05, 0.000_8] as const

export class SymbolFlow {
  readonly book: QuoteBook
  private readonly terms: MarketTerms
  private readonly random: Random
  private readonly fair: FairPrice
  private readonly newId: () => string
  private readonly makers: readonly Quote[]
  /** The orders of takers who wait. */
  private readonly waiting: readonly Quote[]
  private lastSide: Side = 'BUY'

  constructor(terms: MarketTerms, quotes: readonly Quote[], seed: number, newId: () => string) {
    this.terms = terms
    this.book = new QuoteBook(quotes)
    this.random = new Random(seed, terms.symbol)
    this.fair = new FairPrice(terms.startTicks, terms.volatility, this.random)
    this.newId = newId
    this.makers = quotes.filter(({ maker }) => maker)
    this.waiting = quotes.filter(({ maker }) => !maker)
  }

  /** The quotes with which the market opens, the nearest first. */
  opening(): DemoCommand[] {
    return this.makers.toSorted((a, b) => a.level - b.level).flatMap((quote) => this.place(quote))
  }

  /** The next commands, after a time: at least one. Those of one call belong together. */
  next(seconds: number): DemoCommand[] {
    this.fair.advance(seconds)
    const takes = this.fair.burst === undefined ? TAKES : TAKES_IN_BURST
    const drawn = this.random.next()
    const taken = drawn < takes ? this.take() : drawn < takes + WAITS ? this.wait() : undefined
    return taken ?? this.quote()
  }

  /** A maker moves a quote to its place. */
  private quote(): DemoCommand[] {
    const { makers } = this
    const random = makers[this.random.below(makers.length)]
    if (this.random.chance(RENEWS)) return this.place(random)
    const bid = this.book.best('BUY')
    const ask = this.book.best('SELL')
    let worst = random
    let most = 0
    for (let i = 0; i < makers.length; i++) {
      const quote = makers[i]
      const urgency = this.urgencyOf(quote, quote.side === 'BUY' ? ask : bid)
      if (urgency <= most) continue
      most = urgency
      worst = quote
    }
    return this.place(worst)
  }

  /** How wrong a quote is: its distance from its place, in distances of the place from the fair price. */
  private urgencyOf(quote: Quote, other: number | undefined): number {
    if (quote.orderId === undefined) return 1 + 1 / (1 + quote.level / FILLS_LEVELS)
    const distance = this.distanceOf(quote)
    return Math.abs(this.placeOf(quote, distance, other) - quote.price) / distance
  }

  private distanceOf({ level, jitter }: Quote): number {
    const x = Math.max(0, level + jitter)
    return Math.max(1 + x, this.fair.ticks * (NEAREST + x * (GROWS + GROWS_SQUARE * x)))
  }

  /**
   * The price at a distance from the fair price. `other`: the best price of the other side. If the order would trade,
   * it stays behind that price by a part of its distance, so that levels do not gather at one price.
   */
  private placeOf({ side }: Quote, distance: number, other: number | undefined): number {
    const behind = Math.max(1, Math.round(distance * BEHIND))
    const { ticks } = this.fair
    const price =
      side === 'BUY'
        ? Math.min(Math.round(ticks - distance), (other ?? Number.POSITIVE_INFINITY) - behind)
        : Math.max(Math.round(ticks + distance), (other ?? 0) + behind)
    return Math.min(Math.max(price, 1), PRICE_TICKS_MAX)
  }

  /** Places the order of a quote, or moves it. */
  private place(quote: Quote): DemoCommand[] {
    const { account, side, orderId, level } = quote
    const { symbol } = this.terms
    quote.jitter = this.random.next() - 0.5
    const price = this.placeOf(quote, this.distanceOf(quote), this.book.best(opposite(side)))
    const keeps = quote.amends && quote.lots >= quote.placedLots * AMENDS_FROM_SHARE && quote.price !== price
    if (orderId !== undefined && keeps && this.random.chance(AMENDS)) {
      this.book.enter(quote, price)
      return [{ kind: 'amend', account, symbol, orderId, price }]
    }
    const multiple = this.random.between(0.15, 1.1) * (1 + level / 8)
    const placed = this.rest(quote, price, orderSize(this.terms, multiple, this.random))
    return orderId === undefined ? [placed] : [{ kind: 'cancel', account, symbol, orderId }, placed]
  }

  private rest(quote: Quote, price: number, quantity: number): DemoCommand {
    const { account, side } = quote
    const orderId = this.newId()
    this.book.enter(quote, price)
    quote.orderId = orderId
    quote.lots = quantity
    quote.placedLots = quantity
    return { kind: 'place', account, symbol: this.terms.symbol, orderId, side, price, quantity, purpose: 'rest' }
  }

  /** A taker trades. undefined: nobody quotes. */
  private take(): DemoCommand[] | undefined {
    const { random, fair } = this
    const side = this.takingSide()
    const best = this.book.best(opposite(side))
    if (best === undefined) return undefined
    this.lastSide = side
    const inBurst = fair.burst !== undefined
    // Most sizes are small, and a few are some times the usual one.
    const multiple = Math.min(0.12 / (0.04 + random.next()), 2.5) * (inBurst ? 1.6 : 1)
    const beyond = best * random.between(0, inBurst ? BEYOND_IN_BURST : BEYOND)
    const atLimit = Math.round(side === 'BUY' ? best + beyond : best - beyond)
    const price = random.chance(MARKET_ORDERS) ? undefined : Math.min(Math.max(atLimit, 1), PRICE_TICKS_MAX)
    const quantity = orderSize(this.terms, multiple, random)
    this.book.take(side, price, quantity)
    const account = TAKERS[random.below(TAKERS.length)]
    const { symbol } = this.terms
    return [{ kind: 'place', account, symbol, orderId: this.newId(), side, price, quantity, purpose: 'take' }]
  }

  /** Takers buy what is too cheap and sell what is too dear, follow a burst, and often follow each other. */
  private takingSide(): Side {
    const { random, fair, book } = this
    if (fair.burst !== undefined && random.chance(WITH_BURST)) return fair.burst.side
    if (random.chance(LIKE_LAST)) return this.lastSide
    const [bid, ask] = [book.best('BUY') ?? fair.ticks, book.best('SELL') ?? fair.ticks]
    const away = (fair.ticks - (bid + ask) / 2) / (fair.ticks * SURE)
    return random.chance(0.5 + 0.4 * Math.min(Math.max(away, -1), 1)) ? 'BUY' : 'SELL'
  }

  /** A taker places an order that waits, or cancels it. undefined: no place is for such orders. */
  private wait(): DemoCommand[] | undefined {
    const { random } = this
    const { waiting } = this
    if (waiting.length === 0) return undefined
    const quote = waiting[random.below(waiting.length)]
    const { account, side, orderId } = quote
    if (orderId !== undefined) {
      quote.orderId = undefined
      return [{ kind: 'cancel', account, symbol: this.terms.symbol, orderId }]
    }
    const distance = this.fair.ticks * random.between(...WAITING)
    const price = this.placeOf(quote, distance, this.book.best(opposite(side)))
    return [this.rest(quote, price, orderSize(this.terms, random.between(0.1, 2), random))]
  }
}
