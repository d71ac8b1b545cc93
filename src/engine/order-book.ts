/**
 * The book of one symbol: its resting orders, its two ladders, its clock and counters, and the
 * commands that change them. Pure and deterministic: time and command number arrive with each command,
 * and the event buffer is the only output. All values are integers: sides, ticks, lots, account numbers,
 * and order handles. The book allocates a handle for an order and frees it when the order closes.
 *
 * Invariant between commands: bids and asks do not cross unless the phase allows it, and no expired order
 * rests. `checkBook` in invariants.ts checks all invariants.
 *
 * Every command begins with {@link OrderBook.begin}. The caller's types and the codec check the
 * arguments. A handle must be that of an open order.
 */

import { BrokenInvariant } from '../protocol/assert.ts'
import { BOOK_ORDERS_MAX, PRICE_TICKS_MAX } from '../protocol/limits.ts'
import {
  BUY,
  FILL_OR_KILL,
  GOOD_TILL_DATE,
  IMMEDIATE_OR_CANCEL,
  MARKET,
  POST_ONLY,
  SELL,
  SIDE_BIT,
} from '../protocol/order/order-options.ts'
import { RULES_FIRST } from '../protocol/versions.ts'
import { ACCEPTED, AMEND_REJECTED, AMENDED, CANCEL_REJECTED, CANCELED, EventBuffer, REJECTED } from './event-buffer.ts'
import { ExpiryQueue } from './expiry-queue.ts'
import { canFill, match } from './matching.ts'
import { DOUBLES_LOG2, LEVEL, OrderPool, QUANTITY, REMAINING, TAG, WORDS_LOG2 } from './order-pool.ts'
import { append, unlink } from './order-queue.ts'
import { LASTING, OPEN, tagOf } from './order-tag.ts'
import { AMEND, CONTINUOUS, PLACE, permissionsOf, REDUCE, refusalOf } from './phase-rules.ts'
import { PriceLadder } from './price-ladder.ts'
import {
  BOOK_FULL,
  EXPIRED,
  FOK_UNFILLED,
  IOC_REMAINDER,
  LEVEL_FULL,
  NO_LIQUIDITY,
  ORDER_NOT_OPEN,
  POST_ONLY_WOULD_CROSS,
  PRICE_OUTSIDE_BAND,
  QUANTITY_NOT_ABOVE_FILLED,
  REQUESTED,
  SELF_TRADE,
} from './reasons.ts'

export class OrderBook {
  readonly orders = new OrderPool()
  readonly bids = new PriceLadder(BUY)
  readonly asks = new PriceLadder(SELL)
  /** By side: an indexed load instead of a branch that the processor cannot predict. */
  private readonly ladders = [this.bids, this.asks]
  readonly expiries = new ExpiryQueue()
  readonly events: EventBuffer
  /** Orders that may rest here. */
  readonly ordersMax: number

  /** The number of the present command; never decreases, except that it is 0 while orders expire. */
  sequence = 0
  /** Milliseconds since 1970, assigned by the stream; never decreases. */
  timestampMs = 0
  /** 0 before the first trade. */
  lastTradePrice = 0
  /** The index of the trading phase in PHASES, and the version of the rules. {@link follow} sets them. */
  phase = CONTINUOUS
  rules = RULES_FIRST
  /** The permissions of this phase under these rules: bits of phase-rules.ts. */
  private allowed = permissionsOf(RULES_FIRST, CONTINUOUS)
  /** Prices outside are rejected. A market order does not trade beyond this band. */
  bandLow = 1
  bandHigh = PRICE_TICKS_MAX

  /** A new book is in CONTINUOUS and, like a new log, at the oldest rules. */
  constructor(events = new EventBuffer(), ordersMax = BOOK_ORDERS_MAX, rules = RULES_FIRST) {
    this.events = events
    this.ordersMax = ordersMax
    this.follow(rules, CONTINUOUS)
  }

  /** Sets rules and phase without an event, for a new or restored book. */
  follow(rules: number, phase: number): void {
    this.allowed = permissionsOf(rules, phase)
    this.rules = rules
    this.phase = phase
  }

  /**
   * Begins command number `sequence` at `timestampMs` and first cancels the orders that expire by then. A
   * command at the same millisecond therefore does not trade with them. No command causes these events,
   * so their `sequence` is 0.
   */
  begin(sequence: number, timestampMs: number): void {
    if (timestampMs > this.timestampMs) this.advance(timestampMs)
    this.sequence = sequence
  }

  /**
   * Enters an order. `options` are the bits of protocol/order/order-options.ts; `price` is ignored with MARKET;
   * `expiresAtMs` with anything but GOOD_TILL_DATE.
   *
   * Rejected, in this order: symbol_halted or symbol_closed, price_outside_band, book_full,
   * post_only_would_cross. Else ACCEPTED, its trades, and CANCELED for lots that may not rest: immediate_or_cancel,
   * fill_or_kill (before any trade), no_liquidity (a market order's remainder), self_trade,
   * level_full (2^53−1 lots at its price), expired (its expiry time was not after the command's time).
   *
   * Returns the handle if the order rests, else 0.
   */
  place(options: number, price: number, quantity: number, account: number, expiresAtMs: number): number {
    const side = options & SIDE_BIT
    if ((options & MARKET) !== 0) price = side === BUY ? this.bandHigh : this.bandLow
    if ((this.allowed & PLACE) === 0) return this.reject(side, this.refusal(), price, quantity)
    if (price < this.bandLow || price > this.bandHigh) return this.reject(side, PRICE_OUTSIDE_BAND, price, quantity)
    const pool = this.orders
    if (pool.count >= this.ordersMax) return this.reject(side, BOOK_FULL, price, quantity)
    const makers = this.ladders[side ^ 1]
    const limitKey = makers.keyOf(price)
    const crosses = makers.bestKey <= limitKey
    if (crosses && (options & POST_ONLY) !== 0) return this.reject(side, POST_ONLY_WOULD_CROSS, price, quantity)

    const handle = pool.take()
    const double = handle << DOUBLES_LOG2
    pool.doubles[double + QUANTITY] = quantity
    pool.words[(handle << WORDS_LOG2) + TAG] = tagOf(options, account)
    const shown = (options & MARKET) !== 0 ? 0 : price
    this.events.emit(ACCEPTED | (side << 8), handle, 0, shown, quantity, this.sequence)
    if (
      (options & (FILL_OR_KILL | GOOD_TILL_DATE)) !== 0 &&
      this.closesAtOnce(handle, options, limitKey, shown, expiresAtMs)
    ) {
      return 0
    }
    let left = quantity
    if (crosses) {
      left = match(this, makers, limitKey, handle, quantity)
      if (left === 0) {
        this.free(handle)
        return 0
      }
    }
    if (left < 0 || (options & (MARKET | IMMEDIATE_OR_CANCEL | FILL_OR_KILL)) !== 0) {
      this.cancelRemainder(handle, options, shown, left)
      return 0
    }
    return this.rest(handle, side, price, left)
  }

  /** Cancels an open order: CANCELED with `reason`, a code of reasons.ts. */
  cancel(handle: number, reason = REQUESTED): void {
    this.remove(handle, reason)
  }

  /** Emits CANCEL_REJECTED for a cancel whose order is not in the book. The event's quantity is `name`. */
  rejectCancel(name: number): void {
    this.events.emit(CANCEL_REJECTED | (ORDER_NOT_OPEN << 16), 0, 0, 0, name, this.sequence)
  }

  /** Emits AMEND_REJECTED for an amendment whose order is not in the book. The event's quantity is `name`. */
  rejectAmend(name: number): void {
    this.events.emit(AMEND_REJECTED | (ORDER_NOT_OPEN << 16), 0, 0, 0, name, this.sequence)
  }

  /**
   * Changes an open order to `price` and `quantity` lots in total, filled lots included. A smaller
   * quantity at the same price keeps the order's priority. Any other change moves it to the back of the
   * queue, and it may trade.
   *
   * Rejected, in this order: symbol_halted or symbol_closed (unless the phase allows a smaller quantity at
   * the same price), quantity_not_above_filled, price_outside_band, post_only_would_cross. Else AMENDED with
   * the new total of lots, then the events of an entry.
   *
   * Returns the handle if the order still rests, else 0.
   */
  amend(handle: number, price: number, quantity: number): number {
    const pool = this.orders
    const order = handle << WORDS_LOG2
    const double = handle << DOUBLES_LOG2
    const tag = this.tagOfOpen(handle)
    const side = tag & SIDE_BIT
    const ladder = this.ladders[side]
    const open = pool.doubles[double + REMAINING]
    const left = quantity - (pool.doubles[double + QUANTITY] - open)
    const level = pool.words[order + LEVEL]
    const reduces = left < open && ladder.priceOfLevel(level) === price
    if ((this.allowed & (reduces ? REDUCE : AMEND)) === 0) {
      return this.refuseAmend(handle, side, this.refusal(), price, quantity)
    }
    if (left <= 0) return this.refuseAmend(handle, side, QUANTITY_NOT_ABOVE_FILLED, price, quantity)
    if (price < this.bandLow || price > this.bandHigh) {
      return this.refuseAmend(handle, side, PRICE_OUTSIDE_BAND, price, quantity)
    }
    if (reduces) {
      pool.doubles[double + QUANTITY] = quantity
      pool.doubles[double + REMAINING] = left
      ladder.doubles[(level << 1) + 1] -= open - left
      if (ladder.farLook !== undefined) ladder.noteLots(handle, left - open)
      this.events.emit(AMENDED | (side << 8), handle, 1, price, quantity, this.sequence)
      return handle
    }
    const makers = this.ladders[side ^ 1]
    if ((tag & POST_ONLY) !== 0 && makers.bestKey <= makers.keyOf(price)) {
      return this.refuseAmend(handle, side, POST_ONLY_WOULD_CROSS, price, quantity)
    }
    return this.replace(handle, price, quantity, left)
  }

  /**
   * Removes an open order and enters it again at the back of `price`, with `left` lots open of
   * `quantity` in total: AMENDED, then the events of an entry. Returns the handle if it rests, else 0.
   */
  replace(handle: number, price: number, quantity: number, left: number): number {
    const pool = this.orders
    const double = handle << DOUBLES_LOG2
    const side = pool.words[(handle << WORDS_LOG2) + TAG] & SIDE_BIT
    const makers = this.ladders[side ^ 1]
    unlink(pool, this.ladders[side], handle)
    pool.doubles[double + QUANTITY] = quantity
    this.events.emit(AMENDED | (side << 8), handle, 0, price, quantity, this.sequence)
    const limitKey = makers.keyOf(price)
    if (makers.bestKey <= limitKey) {
      left = match(this, makers, limitKey, handle, left)
      if (left === 0) {
        this.free(handle)
        return 0
      }
      if (left < 0) {
        this.cancelRemainder(handle, side, price, left)
        return 0
      }
    }
    return this.rest(handle, side, price, left)
  }

  /** Whether a handle is that of an open order. */
  isOpen(handle: number): boolean {
    return (this.orders.words[(handle << WORDS_LOG2) + TAG] & OPEN) !== 0
  }

  /** The price of a resting order, in ticks. */
  priceOf(handle: number): number {
    const ladder = this.ladders[this.tagOfOpen(handle) & SIDE_BIT]
    return ladder.priceOfLevel(this.orders.words[(handle << WORDS_LOG2) + LEVEL])
  }

  /** The options of a resting order: bits of protocol/order/order-options.ts. */
  optionsOf(handle: number): number {
    return this.tagOfOpen(handle) & LASTING
  }

  /** The total lots of an order, filled lots included. */
  quantityOf(handle: number): number {
    return this.orders.doubles[(handle << DOUBLES_LOG2) + QUANTITY]
  }

  /** The open lots of a resting order. */
  openOf(handle: number): number {
    return this.orders.doubles[(handle << DOUBLES_LOG2) + REMAINING]
  }

  /** Frees the slot of an order that is in no queue. */
  free(handle: number): void {
    if ((this.orders.words[(handle << WORDS_LOG2) + TAG] & GOOD_TILL_DATE) !== 0) this.expiries.remove(handle)
    this.orders.release(handle)
  }

  noteTrade(price: number): void {
    this.lastTradePrice = price
  }

  private rest(handle: number, side: number, price: number, left: number): number {
    const pool = this.orders
    const ladder = this.ladders[side]
    pool.doubles[(handle << DOUBLES_LOG2) + REMAINING] = left
    if (append(pool, ladder, ladder.open(ladder.keyOf(price)), handle, left)) return handle
    this.emitCanceled(handle, side, LEVEL_FULL, price, left)
    this.free(handle)
    return 0
  }

  /**
   * Closes a fill-or-kill order that cannot be filled, or an order whose expiry time has passed. Adds any other
   * expiry to the queue. Returns whether the order closed.
   */
  private closesAtOnce(handle: number, options: number, limitKey: number, price: number, expiresAtMs: number): boolean {
    const side = options & SIDE_BIT
    const tag = this.orders.words[(handle << WORDS_LOG2) + TAG]
    const quantity = this.orders.doubles[(handle << DOUBLES_LOG2) + QUANTITY]
    if ((options & GOOD_TILL_DATE) !== 0) {
      this.expiries.add(handle, expiresAtMs)
      if (expiresAtMs > this.timestampMs) return false
      this.emitCanceled(handle, side, EXPIRED, price, quantity)
    } else {
      if (canFill(this, this.ladders[side ^ 1], limitKey, tag, quantity)) return false
      this.emitCanceled(handle, side, FOK_UNFILLED, price, quantity)
    }
    this.free(handle)
    return true
  }

  /** Cancels the `left` lots of an order that may not rest. A negative `left` means self-trade prevention. */
  private cancelRemainder(handle: number, options: number, price: number, left: number): void {
    const reason = left < 0 ? SELF_TRADE : (options & MARKET) !== 0 ? NO_LIQUIDITY : IOC_REMAINDER
    this.emitCanceled(handle, options & SIDE_BIT, reason, price, Math.abs(left))
    this.free(handle)
  }

  private remove(handle: number, reason: number): void {
    const pool = this.orders
    const tag = this.tagOfOpen(handle)
    const ladder = this.ladders[tag & SIDE_BIT]
    const price = ladder.priceOfLevel(pool.words[(handle << WORDS_LOG2) + LEVEL])
    this.emitCanceled(handle, tag & SIDE_BIT, reason, price, pool.doubles[(handle << DOUBLES_LOG2) + REMAINING])
    unlink(pool, ladder, handle)
    if ((tag & GOOD_TILL_DATE) !== 0) this.expiries.remove(handle)
    pool.release(handle)
  }

  /** Orders expire only when time moves, because an order whose expiry has passed at its entry never rests. */
  private advance(timestampMs: number): void {
    this.timestampMs = timestampMs
    this.sequence = 0
    while (this.expiries.nextMs <= timestampMs) this.remove(this.expiries.first(), EXPIRED)
  }

  private tagOfOpen(handle: number): number {
    const tag = this.orders.words[(handle << WORDS_LOG2) + TAG]
    if ((tag & OPEN) === 0) throw notOpen(handle)
    return tag
  }

  private emitCanceled(handle: number, side: number, reason: number, price: number, lots: number): void {
    this.events.emit(CANCELED | (side << 8) | (reason << 16), handle, 0, price, lots, this.sequence)
  }

  private reject(side: number, reason: number, price: number, quantity: number): number {
    this.events.emit(REJECTED | (side << 8) | (reason << 16), 0, 0, price, quantity, this.sequence)
    return 0
  }

  private refuseAmend(handle: number, side: number, reason: number, price: number, quantity: number): number {
    this.events.emit(AMEND_REJECTED | (side << 8) | (reason << 16), handle, 0, price, quantity, this.sequence)
    return handle
  }

  /** The reason with which this phase rejects orders and amendments. */
  private refusal(): number {
    return refusalOf(this.rules, this.phase)
  }
}

const notOpen = (handle: number): BrokenInvariant => new BrokenInvariant(`order ${handle} is not open`)
