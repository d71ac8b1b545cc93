/**
 * The state shown to the world as one value: numbers of eight bytes, little-endian as every machine is
 * that it runs on. It is written at every commit, where JSON of a hundred levels a side would take longer
 * than to match a hundred orders.
 *
 *   format, event number, timestampMs, last trade price, phase, band low, band high, bids, asks
 *   then price, quantity and number of orders of each bid and each ask, in ticks and lots, best first
 *
 * 0 stands for no price and no bound. The phase is its place in PHASES. Integers to 2^53 are exact. Format 1 has no
 * numbers of orders; it is written under rules 1. A view is replaced at the next commit.
 */

import type { BookState, DepthLevel } from '../../protocol/book-state.ts'
import { PHASES, type TradingPhase } from '../../protocol/command/trading-phases.ts'
import type { Lots, Ticks } from '../../protocol/units.ts'
import { RULES_FIRST, UnknownVersion } from '../../protocol/versions.ts'

const FORMAT = 2
const FORMAT_OLDEST = 1
const HEADER = 9
/** Numbers of a level, by format. */
const LEVEL_NUMBERS: Readonly<Record<number, number>> = { 1: 2, 2: 3 }

/** `rules`: those in force. Under the first ones the predecessor of this program may be installed again. */
export function packView(view: BookState, rules: number): Buffer {
  const format = rules === RULES_FIRST ? FORMAT_OLDEST : FORMAT
  const each = LEVEL_NUMBERS[format]
  const { bids, asks } = view
  const numbers = new Float64Array(HEADER + each * (bids.length + asks.length))
  numbers[0] = format
  numbers[1] = view.eventNumber
  numbers[2] = view.timestampMs
  numbers[3] = view.lastTradePrice ?? 0
  numbers[4] = PHASES.indexOf(view.phase)
  numbers[5] = view.bandLow ?? 0
  numbers[6] = view.bandHigh ?? 0
  numbers[7] = bids.length
  numbers[8] = asks.length
  let at = HEADER
  for (const side of [bids, asks]) {
    for (let i = 0; i < side.length; i++) {
      const { price, quantity, orders } = side[i]
      numbers[at++] = price
      numbers[at++] = quantity
      if (each === 3) numbers[at++] = orders ?? Number.NaN
    }
  }
  return Buffer.from(numbers.buffer)
}

/** Throws UnknownVersion for bytes of another format, RangeError for bytes that are no view. */
export function unpackView(symbol: string, bytes: Uint8Array): BookState {
  // An array of numbers must begin at a multiple of their size.
  const numbers = new Float64Array(new Uint8Array(bytes).buffer)
  const [format, eventNumber, timestampMs, last, phase, low, high, bids, asks] = numbers
  const each = LEVEL_NUMBERS[format]
  if (each === undefined) throw new UnknownVersion(`the view of ${symbol}`, format, FORMAT, FORMAT_OLDEST)
  const price = (ticks: number): Ticks | null => (ticks === 0 ? null : (ticks as Ticks))
  return {
    symbol,
    eventNumber,
    timestampMs,
    bids: levelsOf(numbers.subarray(HEADER, HEADER + each * bids), each),
    asks: levelsOf(numbers.subarray(HEADER + each * bids, HEADER + each * (bids + asks)), each),
    lastTradePrice: price(last),
    phase: phaseOf(phase),
    bandLow: price(low),
    bandHigh: price(high),
  }
}

function phaseOf(number: number): TradingPhase {
  const phase = PHASES[number]
  if (phase === undefined) throw new RangeError(`a view of phase ${number}`)
  return phase
}

function levelsOf(numbers: Float64Array, each: number): DepthLevel[] {
  const levels: DepthLevel[] = []
  for (let i = 0; i < numbers.length; i += each) {
    const orders = each === 2 || Number.isNaN(numbers[i + 2]) ? null : numbers[i + 2]
    levels.push({ price: numbers[i] as Ticks, quantity: numbers[i + 1] as Lots, orders })
  }
  return levels
}
