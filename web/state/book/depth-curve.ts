/**
 * The depth of a book as a chart: the price from left to right, and the cumulative quantity of each side upward, in
 * steps. Quantities and costs are exact; only places on the chart are floating-point numbers.
 */

import type { BookRow, BookSide } from './book-rows.ts'

export interface DepthCurve {
  /** Best first, ungrouped. */
  readonly bids: readonly BookRow[]
  readonly asks: readonly BookRow[]
}

/** The part of the curve that is shown. */
export interface DepthView {
  /** Ticks at the left and the right edge. */
  readonly from: number
  readonly to: number
  /** The largest total in view. */
  readonly totalMax: bigint
}

export interface Box {
  readonly width: number
  readonly height: number
}

/**
 * What the chart shows of a side without zoom: nearly all levels, but not those that are much farther away than the
 * middle one. A few orders far away would hide all others.
 */
const NEAR_LEVELS = 0.95
const FAR_TIMES = 4
const FEW_LEVELS = 8

/** The middle of the chart is the middle of the best prices. `zoom` 2 shows half of the prices. undefined: no orders. */
export function depthView({ bids, asks }: DepthCurve, zoom: number): DepthView | undefined {
  const best = bids[0]?.price ?? asks[0]?.price
  if (best === undefined) return undefined
  const middle = (best + (asks[0]?.price ?? best)) / 2
  const reach = (rows: readonly BookRow[]): number => {
    const distance = (share: number): number => Math.abs(rows[Math.ceil(rows.length * share) - 1].price - middle)
    if (rows.length <= FEW_LEVELS) return rows.length === 0 ? 0 : distance(1)
    return Math.min(distance(NEAR_LEVELS), FAR_TIMES * distance(0.5))
  }
  const half = Math.max(1, (Math.max(reach(bids), reach(asks)) * 1.02) / zoom)
  const from = middle - half
  const to = middle + half
  const totals = [bids.findLast(({ price }) => price >= from), asks.findLast(({ price }) => price <= to)]
  const totalMax = totals.reduce((max, row) => (row !== undefined && row.total > max ? row.total : max), 0n)
  return { from, to, totalMax }
}

export const xOf = (ticks: number, { from, to }: DepthView, { width }: Box): number =>
  ((ticks - from) / (to - from)) * width

export const ticksAt = (x: number, { from, to }: DepthView, { width }: Box): number => from + (x / width) * (to - from)

/** The highest total leaves a tenth of the height free. */
export const yOf = (total: bigint, { totalMax }: DepthView, { height }: Box): number =>
  totalMax === 0n ? height : height - (Number(total) / Number(totalMax)) * height * 0.9

/** Steps smaller than this are drawn as one. */
const STEP_MIN_PX = 0.5

/** Corners x, y, x, y … of a side, from its best price to the edge of the view. */
export function depthCorners(rows: readonly BookRow[], side: BookSide, view: DepthView, box: Box): number[] {
  if (rows.length === 0) return []
  const edge = side === 'bids' ? 0 : box.width
  const isInView = (x: number): boolean => (side === 'bids' ? x >= edge : x <= edge)
  let x = xOf(rows[0].price, view, box)
  let y = box.height
  const corners = [x, y]
  for (const { price, total } of rows) {
    const nextX = xOf(price, view, box)
    if (!isInView(nextX)) break
    if (Math.abs(nextX - x) >= STEP_MIN_PX) {
      corners.push(x, y, nextX, y)
      x = nextX
    }
    y = yOf(total, view, box)
  }
  corners.push(x, y, edge, y)
  return corners
}

export interface DepthPoint {
  readonly side: BookSide
  /** Where the row is among those of its side, best first. */
  readonly place: number
  readonly price: number
  /** Lots that trade if one goes up to the price, and what they cost in ticks × lots. */
  readonly total: bigint
  readonly cost: bigint
}

/** The point at a price, which is that of the last row before it. undefined: between the best prices. */
export function depthPointAt({ bids, asks }: DepthCurve, ticks: number): DepthPoint | undefined {
  const bid = bids.findLastIndex(({ price }) => price >= ticks)
  if (bid >= 0) return depthPoint('bids', bids, bid)
  const ask = asks.findLastIndex(({ price }) => price <= ticks)
  return ask >= 0 ? depthPoint('asks', asks, ask) : undefined
}

export function depthPoint(side: BookSide, rows: readonly BookRow[], place: number): DepthPoint | undefined {
  if (place < 0 || place >= rows.length) return undefined
  let cost = 0n
  for (let i = 0; i <= place; i++) cost += BigInt(rows[i].price) * rows[i].quantity
  return { side, place, price: rows[place].price, total: rows[place].total, cost }
}

/** 1, 2 or 5 times a power of ten: the smallest that divides `range` into at most `parts`. */
export function roundStep(range: number, parts: number): number {
  const least = Math.max(1, range / parts)
  const power = 10 ** Math.floor(Math.log10(least))
  for (const factor of [1, 2, 5]) if (factor * power >= least) return Math.round(factor * power)
  return Math.round(10 * power)
}

/** The multiples of a step in a range. */
export function marksOf(from: number, to: number, step: number): number[] {
  const marks: number[] = []
  for (let mark = Math.ceil(from / step) * step; mark <= to; mark += step) marks.push(mark)
  return marks
}
