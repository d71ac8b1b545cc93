/**
 * The levels of one side of a book, sorted by price. They are in blocks of at most 512, so that a level far from the
 * best price enters and leaves a large book as cheaply as one near it: a book may have a million levels. Finding a
 * level costs two binary searches.
 */

import { invariant } from '../protocol/assert.ts'
import type { BookLevel } from './book-level.ts'
import { BLOCK_LEVELS_MAX, LEVEL_NUMBERS, LevelBlock, levelAt } from './level-block.ts'

export class BookSide {
  /** 1: a higher price is worse (asks). −1: a lower price is worse (bids). */
  readonly sign: 1 | -1
  /** Best first, within a block and from block to block. No block is empty. */
  private blocks: LevelBlock[] = []
  /** Levels. */
  count = 0
  /** Of a side that is read in parts: `sign` × the worst price that was read. Worse levels are not known yet. */
  private readTo = Number.POSITIVE_INFINITY

  constructor(sells: boolean) {
    this.sign = sells ? 1 : -1
  }

  /**
   * Adds lots and orders to a price, or takes them if negative. A level without orders is gone. A level that is not
   * read yet is read with the change.
   */
  change(price: number, lots: number, orders: number): void {
    const { blocks } = this
    if (this.sign * price > this.readTo) return
    if (blocks.length === 0) blocks.push(new LevelBlock())
    const b = Math.min(this.blockOf(price), blocks.length - 1)
    const block = blocks[b]
    const place = this.placeIn(block, price)
    const { numbers } = block
    const at = place * LEVEL_NUMBERS
    if (place === block.count || numbers[at] !== price) {
      invariant(lots > 0 && orders > 0, `there is no level at ${price}`)
      this.insert(b, place, price, lots, orders)
      return
    }
    const quantity = numbers[at + 1] + lots
    const left = numbers[at + 2] + orders
    invariant(left >= 0 && left > 0 === quantity > 0, `the level at ${price} has lots and orders`)
    numbers[at + 1] = quantity
    numbers[at + 2] = left
    if (left === 0) this.remove(b, place)
  }

  /** Up to `depth` levels, best first. */
  best(depth: number): BookLevel[] {
    const levels: BookLevel[] = []
    for (const { numbers, count } of this.blocks) {
      for (let i = 0; i < count && levels.length < depth; i++) levels.push(levelAt(numbers, i))
      if (levels.length === depth) break
    }
    return levels
  }

  /** The numbers of all levels, best first. */
  numbers(): Float64Array<ArrayBuffer> {
    const numbers = new Float64Array(this.count * LEVEL_NUMBERS)
    this.read(this.count, numbers)
    return numbers
  }

  /** Writes the numbers of up to `depth` levels, best first. Returns how many levels there are. */
  read(depth: number, into: Float64Array): number {
    let levels = 0
    for (const { numbers, count } of this.blocks) {
      const taken = Math.min(count, depth - levels)
      into.set(numbers.subarray(0, taken * LEVEL_NUMBERS), levels * LEVEL_NUMBERS)
      levels += taken
      if (levels === depth) break
    }
    return levels
  }

  /** Replaces everything. `levels` are best first. */
  restore(levels: readonly BookLevel[]): void {
    this.blocks = []
    this.count = 0
    this.readTo = Number.POSITIVE_INFINITY
    for (const { price, quantity, orders } of levels) this.append(price, quantity, orders)
  }

  /** The levels come in parts: none is known yet. */
  readInParts(): void {
    this.readTo = Number.NEGATIVE_INFINITY
  }

  /** Adds levels that are worse than all that are known. `more`: worse levels follow in a later part. */
  extend(numbers: Float64Array, more: boolean): void {
    for (let at = 0; at < numbers.length; at += LEVEL_NUMBERS) {
      this.append(numbers[at], numbers[at + 1], numbers[at + 2])
    }
    if (!more) this.readTo = Number.POSITIVE_INFINITY
    else if (numbers.length > 0) this.readTo = this.sign * numbers[numbers.length - LEVEL_NUMBERS]
  }

  /** Adds the worst level. */
  private append(price: number, quantity: number, orders: number): void {
    let block = this.blocks.at(-1)
    if (block === undefined || block.count >= BLOCK_LEVELS_MAX / 2) {
      block = new LevelBlock()
      this.blocks.push(block)
    }
    block.insert(block.count, price, quantity, orders)
    this.count++
  }

  private insert(b: number, place: number, price: number, quantity: number, orders: number): void {
    this.count++
    const block = this.blocks[b]
    block.insert(place, price, quantity, orders)
    if (block.count > BLOCK_LEVELS_MAX) this.blocks.splice(b + 1, 0, block.split(BLOCK_LEVELS_MAX / 2))
  }

  private remove(b: number, place: number): void {
    this.count--
    const block = this.blocks[b]
    block.remove(place)
    if (block.count === 0) this.blocks.splice(b, 1)
  }

  /** The first block whose last price is not better than `price`. */
  private blockOf(price: number): number {
    const { blocks, sign } = this
    let low = 0
    let high = blocks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const block = blocks[middle]
      if (block.count > 0 && sign * block.priceAt(block.count - 1) < sign * price) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The first place of a block whose price is not better than `price`. */
  private placeIn(block: LevelBlock, price: number): number {
    const { sign } = this
    let low = 0
    let high = block.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sign * block.priceAt(middle) < sign * price) low = middle + 1
      else high = middle
    }
    return low
  }
}
