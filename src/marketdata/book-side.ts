/**
 * The levels of one side of a book, sorted by price. They are in blocks of at most 512, so that a level far from the
 * best price enters and leaves a large book as cheaply as one near it: a book may have a million levels. Finding a
 * level costs two binary searches.
 */

import { invariant } from '../protocol/assert.ts'
import type { BookLevel } from './book-level.ts'

const BLOCK_LEVELS_MAX = 512

type Level = { -readonly [K in keyof BookLevel]: number }

export class BookSide {
  /** 1: a higher price is worse (asks). −1: a lower price is worse (bids). */
  private readonly sign: 1 | -1
  /** Best first, within a block and from block to block. No block is empty. */
  private blocks: Level[][] = []
  /** Levels. */
  count = 0

  constructor(sells: boolean) {
    this.sign = sells ? 1 : -1
  }

  /** Adds lots and orders to a price, or takes them if negative. A level without orders is gone. */
  change(price: number, lots: number, orders: number): void {
    const { blocks } = this
    let b = this.blockOf(price)
    if (b === blocks.length && b > 0) b--
    const block = blocks[b]
    const place = block === undefined ? 0 : this.placeIn(block, price)
    const level = block?.[place]
    if (level === undefined || level.price !== price) {
      invariant(lots > 0 && orders > 0, `there is no level at ${price}`)
      this.insert(b, place, { price, quantity: lots, orders })
      return
    }
    level.quantity += lots
    level.orders += orders
    invariant(level.orders > 0 === level.quantity > 0 && level.orders >= 0, `the level at ${price} has lots and orders`)
    if (level.orders === 0) this.remove(b, place)
  }

  /** Up to `depth` levels, best first. They are copies. */
  best(depth: number): BookLevel[] {
    const levels: BookLevel[] = []
    for (const block of this.blocks) {
      for (const level of block) {
        if (levels.length === depth) return levels
        levels.push({ ...level } as BookLevel)
      }
    }
    return levels
  }

  /** Calls `visit` with each of the best `depth` levels. */
  visit(depth: number, visit: (level: Readonly<Level>) => void): void {
    let left = depth
    for (const block of this.blocks) {
      for (const level of block) {
        if (left-- === 0) return
        visit(level)
      }
    }
  }

  /** Replaces everything. `levels` are best first. */
  restore(levels: readonly BookLevel[]): void {
    this.blocks = []
    this.count = levels.length
    for (let from = 0; from < levels.length; from += BLOCK_LEVELS_MAX / 2) {
      this.blocks.push(
        levels
          .slice(from, from + BLOCK_LEVELS_MAX / 2)
          .map(({ price, quantity, orders }) => ({ price, quantity, orders })),
      )
    }
  }

  private insert(b: number, place: number, level: Level): void {
    this.count++
    const block = this.blocks[b]
    if (block === undefined) {
      this.blocks.push([level])
      return
    }
    block.splice(place, 0, level)
    if (block.length > BLOCK_LEVELS_MAX) this.blocks.splice(b + 1, 0, block.splice(BLOCK_LEVELS_MAX / 2))
  }

  private remove(b: number, place: number): void {
    this.count--
    const block = this.blocks[b]
    if (block.length === 1) this.blocks.splice(b, 1)
    else block.splice(place, 1)
  }

  /** The first block whose last price is not better than `price`. */
  private blockOf(price: number): number {
    const { blocks, sign } = this
    let low = 0
    let high = blocks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const block = blocks[middle]
      if (sign * block[block.length - 1].price < sign * price) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The first place of a block whose price is not better than `price`. */
  private placeIn(block: readonly Level[], price: number): number {
    const { sign } = this
    let low = 0
    let high = block.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sign * block[middle].price < sign * price) low = middle + 1
      else high = middle
    }
    return low
  }
}
