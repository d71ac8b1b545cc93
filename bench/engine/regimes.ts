/**
 * Five markets, from calm to a crash, to measure the worst cases. The middle price is a geometric random walk. The
 * distance of orders from it has a power law. Each order is canceled after a random time, unless it was filled. Some
 * orders are amended, and some are immediate-or-cancel. Some cancels and amendments arrive twice, or after their order has
 * closed.
 *
 * Time is counted in messages. The cancel and the amendments of each order are put on a timetable. Each step sends the
 * messages that are due and then a new order. So the size of the book is about arrival rate × mean lifetime.
 */

import { BUY, SELL } from '../../src/protocol/order/order-options.ts'
import { AMEND, CANCEL, type CommandStream, LIMIT, LIMIT_IOC, StreamWriter } from './command-stream.ts'
import { type Random, randomFrom } from './random.ts'

export interface Regime {
  readonly name: string
  /** The first price in ticks. */
  readonly middle: number
  /** Standard deviation of the middle price over the whole stream, as a fraction of the price. */
  readonly swing: number
  /** Mean lifetime of an order, counted in placed orders. */
  readonly lifetime: number
  /** Distance of the nearest orders in ticks: larger in faster markets. */
  readonly spread: number
  /** Exponent of the power law of the distance. With a smaller exponent the book has prices further from the middle. */
  readonly depth: number
  /** How far the price falls in the crash, as a fraction. 0: there is no crash. */
  readonly crash: number
}

export const REGIMES: readonly Regime[] = [
  { name: 'still', middle: 50_000, swing: 0.000_1, lifetime: 50_000, spread: 4, depth: 0.4, crash: 0 },
  { name: 'normal', middle: 20_000, swing: 0.02, lifetime: 5_000, spread: 30, depth: 1, crash: 0 },
  { name: 'swing25', middle: 20_000, swing: 0.25, lifetime: 2_000, spread: 200, depth: 1, crash: 0 },
  { name: 'swing40', middle: 20_000, swing: 0.4, lifetime: 2_000, spread: 300, depth: 1, crash: 0 },
  { name: 'crash', middle: 200_000, swing: 0.05, lifetime: 2_000, spread: 400, depth: 0.8, crash: 0.3 },
]

const DISTANCE_MAX = 40_000
const IOC_SHARE = 0.15
/** Fraction of immediate-or-cancel orders with a price beyond the middle. The others do not trade. */
const REACHING_SHARE = 0.25
const AMENDED_SHARE = 0.2
const DUPLICATE_SHARE = 0.02
const LOTS_MAX = 100
const IOC_LOTS_MAX = 40

/** A stream of `timed` messages. The untimed messages before it last two mean lifetimes of an order. */
export function regimeStream(regime: Regime, timed: number, seed = 7): CommandStream {
  const writer = new StreamWriter()
  const timetable = new Timetable()
  const random = randomFrom(seed)
  // A deviation s over n steps of a random walk is s / √n per step. About half of the messages are orders.
  const volatility = regime.swing / Math.sqrt(timed / 2)
  let { middle } = regime
  let prefill = 0
  for (let step = 0; prefill === 0 || writer.count < prefill + timed; step++) {
    if (prefill === 0 && step === Math.min(2 * regime.lifetime, timed)) prefill = writer.count
    middle *= Math.exp(random.normal() * volatility)
    const progress = prefill === 0 ? 0 : (writer.count - prefill) / timed
    // The crash lasts a twentieth of the stream, and the recovery a fifth.
    const fallen = Math.max(0, progress < 0.45 ? (progress - 0.4) / 0.05 : (0.65 - progress) / 0.2)
    timetable.send(step, writer)
    newOrder(regime, Math.round(middle * (1 - regime.crash * fallen)), step, random, writer, timetable)
  }
  return writer.finish(regime.name, prefill)
}

function newOrder(
  regime: Regime,
  middle: number,
  step: number,
  random: Random,
  writer: StreamWriter,
  timetable: Timetable,
): void {
  const side = random.below(2) === 0 ? BUY : SELL
  const sign = side === BUY ? -1 : 1
  const quantity = 1 + random.below(LOTS_MAX)
  const price = (): number => Math.max(1, middle + sign * distance(regime, random))
  if (random.unit() < IOC_SHARE) {
    const reach = random.unit() < REACHING_SHARE ? 2 * regime.spread : -regime.spread
    writer.order(LIMIT_IOC, side, Math.max(1, middle - sign * reach), 1 + random.below(IOC_LOTS_MAX))
    return
  }
  const number = writer.order(LIMIT, side, price(), quantity)
  const lifetime = Math.ceil(-Math.log(1 - random.unit()) * regime.lifetime)
  timetable.add(step + 1 + lifetime, CANCEL, side, 0, 0, number)
  if (random.unit() < AMENDED_SHARE) {
    timetable.add(step + 1 + random.below(lifetime), AMEND, side, price(), 1 + random.below(LOTS_MAX), number)
    if (random.unit() < DUPLICATE_SHARE) timetable.add(step + 2 + lifetime, AMEND, side, price(), quantity, number)
  }
  if (random.unit() < DUPLICATE_SHARE)
    timetable.add(step + 1 + lifetime + random.below(100), CANCEL, side, 0, 0, number)
}

/** Ticks from the middle: P(distance > d) = (d / spread)^−depth. */
function distance({ spread, depth }: Regime, random: Random): number {
  return Math.min(DISTANCE_MAX, Math.floor(spread * (1 - random.unit()) ** (-1 / depth)))
}

const MESSAGE_WORDS = 6

/** The messages to send at each step: a linked list for each step. */
class Timetable {
  private first = new Int32Array(1 << 20)
  private words = new Int32Array(1 << 20)
  private end = MESSAGE_WORDS

  add(step: number, kind: number, side: number, price: number, quantity: number, number: number): void {
    if (step >= this.first.length) this.first = doubled(this.first, step)
    if (this.end + MESSAGE_WORDS > this.words.length) this.words = doubled(this.words, 0)
    this.words.set([this.first[step], kind, side, price, quantity, number], this.end)
    this.first[step] = this.end
    this.end += MESSAGE_WORDS
  }

  send(step: number, writer: StreamWriter): void {
    for (let at = this.first[step] ?? 0; at !== 0; at = this.words[at]) {
      const [kind, side, price, quantity, number] = this.words.subarray(at + 1, at + MESSAGE_WORDS)
      if (kind === CANCEL) writer.cancel(side, number)
      else writer.amend(side, price, quantity, number)
    }
  }
}

function doubled(words: Int32Array, index: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(words.length * 2, index + 1))
  larger.set(words)
  return larger
}
