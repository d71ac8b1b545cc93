/**
 * A run of neighbouring levels of one side, as numbers without an object for each level: price, quantity and number of
 * orders, one level after the other. It grows up to {@link BLOCK_LEVELS_MAX} levels.
 */

import type { Lots, Ticks } from '../protocol/units.ts'
import type { BookLevel } from './book-level.ts'

/** Numbers of one level: its price, then its quantity, then its orders. */
export const LEVEL_NUMBERS = 3
export const BLOCK_LEVELS_MAX = 512
const LEVELS_AT_FIRST = 16

/** Level number `i` of such numbers. */
export const levelAt = (numbers: Float64Array, i: number): BookLevel => ({
  price: numbers[i * LEVEL_NUMBERS] as Ticks,
  quantity: numbers[i * LEVEL_NUMBERS + 1] as Lots,
  orders: numbers[i * LEVEL_NUMBERS + 2],
})

export class LevelBlock {
  numbers = new Float64Array(LEVELS_AT_FIRST * LEVEL_NUMBERS)
  /** Levels. */
  count = 0

  priceAt(place: number): number {
    return this.numbers[place * LEVEL_NUMBERS]
  }

  insert(place: number, price: number, quantity: number, orders: number): void {
    const at = place * LEVEL_NUMBERS
    this.reserve(this.count + 1)
    const { numbers } = this
    numbers.copyWithin(at + LEVEL_NUMBERS, at, this.count * LEVEL_NUMBERS)
    numbers[at] = price
    numbers[at + 1] = quantity
    numbers[at + 2] = orders
    this.count++
  }

  remove(place: number): void {
    const at = place * LEVEL_NUMBERS
    this.numbers.copyWithin(at, at + LEVEL_NUMBERS, this.count * LEVEL_NUMBERS)
    this.count--
  }

  /** Removes the levels from `place` on and returns them. */
  split(place: number): LevelBlock {
    const rest = new LevelBlock()
    rest.reserve(this.count - place)
    rest.numbers.set(this.numbers.subarray(place * LEVEL_NUMBERS, this.count * LEVEL_NUMBERS))
    rest.count = this.count - place
    this.count = place
    return rest
  }

  private reserve(levels: number): void {
    if (levels * LEVEL_NUMBERS <= this.numbers.length) return
    const places = Math.min(BLOCK_LEVELS_MAX + 1, Math.max(levels, 2 * (this.numbers.length / LEVEL_NUMBERS)))
    const numbers = new Float64Array(places * LEVEL_NUMBERS)
    numbers.set(this.numbers)
    this.numbers = numbers
  }
}
