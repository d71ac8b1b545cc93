/**
 * The rows of a whole feed, in columns: about 60 bytes per row, where an object per row would take 200. All rows are
 * in memory, because a feed may be out of order and its last row may have the smallest timestamp. Rows are returned
 * by time; rows of one millisecond keep the order of the file.
 */

import type { Side } from '../protocol/order/order-words.ts'
import { ACTIONS, type Action, FeedError, type VenueRow } from './venue-row.ts'

/** 10 million rows need about 600 MB, which fits a default Node.js heap and its typed arrays. */
export const ROWS_MAX = 10_000_000

const SELL_BIT = 4
const HEADER_LINES = 1

export class RowTable {
  length = 0
  private readonly ids: string[] = []
  private timestamps = new Float64Array(1024)
  private volumes = new Float64Array(1024)
  private kinds = new Uint8Array(1024)
  /** Index of each price. A feed has few different prices. */
  private prices = new Uint32Array(1024)
  private readonly priceTexts: string[] = []
  private readonly priceNumbers = new Map<string, number>()
  private sorted = true

  /** Adds the next row of the file. Throws {@link FeedError} if there are too many. */
  append(id: string, timestampMs: number, price: string, volume: number, action: Action, side: Side): void {
    const i = this.length
    if (i === ROWS_MAX) throw new FeedError(`more than ${ROWS_MAX.toLocaleString('en')} rows: split the file`)
    if (i === this.timestamps.length) this.grow()
    if (i > 0 && timestampMs < this.timestamps[i - 1]) this.sorted = false
    this.ids.push(id)
    this.timestamps[i] = timestampMs
    this.prices[i] = this.priceNumber(price)
    this.volumes[i] = volume
    this.kinds[i] = ACTIONS.indexOf(action) | (side === 'SELL' ? SELL_BIT : 0)
    this.length = i + 1
  }

  /** Whether an earlier row had this price, so that its text is already checked. */
  knowsPrice(price: string): boolean {
    return this.priceNumbers.has(price)
  }

  /** Every row by `timestamp`, stable. */
  *inTimeOrder(): Generator<VenueRow> {
    if (this.sorted) {
      for (let i = 0; i < this.length; i++) yield this.row(i)
    } else {
      for (const i of this.timeOrder()) yield this.row(i)
    }
  }

  private row(i: number): VenueRow {
    const kind = this.kinds[i]
    return {
      line: i + 1 + HEADER_LINES,
      id: this.ids[i],
      timestampMs: this.timestamps[i],
      price: this.priceTexts[this.prices[i]],
      volume: this.volumes[i],
      action: ACTIONS[kind & (SELL_BIT - 1)],
      side: (kind & SELL_BIT) === 0 ? 'BUY' : 'SELL',
    }
  }

  private timeOrder(): Uint32Array {
    const times = this.timestamps
    const order = Uint32Array.from({ length: this.length }, (_, i) => i)
    return order.sort((a, b) => times[a] - times[b] || a - b)
  }

  private priceNumber(text: string): number {
    let number = this.priceNumbers.get(text)
    if (number === undefined) {
      number = this.priceTexts.push(text) - 1
      this.priceNumbers.set(text, number)
    }
    return number
  }

  private grow(): void {
    const capacity = this.length * 2
    const timestamps = new Float64Array(capacity)
    const volumes = new Float64Array(capacity)
    const kinds = new Uint8Array(capacity)
    const prices = new Uint32Array(capacity)
    timestamps.set(this.timestamps)
    volumes.set(this.volumes)
    kinds.set(this.kinds)
    prices.set(this.prices)
    this.timestamps = timestamps
    this.volumes = volumes
    this.kinds = kinds
    this.prices = prices
  }
}
