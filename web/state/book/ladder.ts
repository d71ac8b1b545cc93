/**
 * What the rows of the ladder show. Each row is a fixed place with a signal for each text, so a change of the book sets
 * the texts that differ and nothing else: no row is made, moved or rendered again. Place 0 of each side is next to the
 * spread.
 */

import { type Signal, signal } from '@preact/signals'
import { formatBigSteps, formatSteps } from '../../../src/protocol/units.ts'
import { type ColumnLengths, textWidth, widest } from '../text/columns.ts'
import { groupThousands, splitZeros } from '../text/format.ts'
import type { Steps } from '../text/steps.ts'
import { type BookRow, type BookSide, groupPrice, lotsOf, stepsOf } from './book-rows.ts'
import { LevelChanges } from './level-changes.ts'

/** How long a changed level is marked. */
export const FLASH_MS = 150

export interface LadderRow {
  /** The price of the row; 0: there is none to choose. */
  ticks: number
  quantity: bigint
  total: bigint
  readonly price: Signal<string>
  readonly size: Signal<string>
  readonly sizeZeros: Signal<string>
  readonly totalText: Signal<string>
  readonly totalZeros: Signal<string>
  /** The style of the depth bar. */
  readonly bar: Signal<string>
  /** The quantity of the own orders at the price; empty: there are none. */
  readonly own: Signal<string>
  readonly flash: Signal<boolean>
  flashEndsMs: number
}

export interface SideInput {
  readonly rows: readonly BookRow[]
  readonly steps: Steps
  /** What is shown: symbol and grouping. Rows do not flash when it changes. */
  readonly view: string
  /** The total that fills the width. */
  readonly totalMax: bigint
  readonly own: ReadonlyMap<number, string>
}

const NO_LENGTHS: ColumnLengths = { price: 0, size: 0, total: 0 }

export class LadderSide {
  readonly rows = signal<readonly LadderRow[]>([])
  private readonly changes: LevelChanges

  constructor(side: BookSide) {
    this.changes = new LevelChanges(side)
  }

  resize(count: number): void {
    const rows = this.rows.peek()
    if (count === rows.length) return
    this.rows.value = Array.from({ length: count }, (_, place) => rows[place] ?? emptyRow())
  }

  /** {@link endFlashes} has to be called {@link FLASH_MS} later. */
  show(input: SideInput, nowMs: number): void {
    const places = this.rows.peek()
    const changed = this.changes.take(input.rows, places.length, input.view)
    for (let place = 0; place < places.length; place++) {
      const row = places[place]
      if (place >= input.rows.length) {
        clear(row)
        continue
      }
      const hasMoved = fill(row, input.rows[place], input)
      if (changed[place]) {
        row.flash.value = true
        row.flashEndsMs = nowMs + FLASH_MS
      } else if (hasMoved) row.flash.value = false // It was that of the level that was here before.
    }
  }

  /** Ends the flashes whose time is over. Returns whether there are others. */
  endFlashes(nowMs: number): boolean {
    let hasMore = false
    for (const row of this.rows.peek()) {
      if (!row.flash.peek()) continue
      if (row.flashEndsMs <= nowMs) row.flash.value = false
      else hasMore = true
    }
    return hasMore
  }

  /** The longest texts that are shown. */
  lengths(): ColumnLengths {
    let lengths = NO_LENGTHS
    for (const row of this.rows.peek()) {
      const size = textWidth(row.size.peek()) + textWidth(row.sizeZeros.peek())
      const total = textWidth(row.totalText.peek()) + textWidth(row.totalZeros.peek())
      lengths = widest(lengths, { price: textWidth(row.price.peek()), size, total })
    }
    return lengths
  }
}

/** Bars are drawn in this many widths: a smaller difference cannot be seen. */
const BAR_STEPS = 512

/** Returns whether the row has another price than before. */
function fill(row: LadderRow, { price, quantity, total }: BookRow, { steps, totalMax, own }: SideInput): boolean {
  const hasMoved = row.ticks !== price || row.price.peek() === ''
  if (hasMoved) row.price.value = groupThousands(formatSteps(price, steps.tick))
  if (row.quantity !== quantity) [row.size.value, row.sizeZeros.value] = quantityText(quantity, steps)
  if (row.total !== total) [row.totalText.value, row.totalZeros.value] = quantityText(total, steps)
  row.ticks = price
  row.quantity = quantity
  row.total = total
  const share = totalMax === 0n ? 0 : Math.round((Number(total) / Number(totalMax)) * BAR_STEPS) / BAR_STEPS
  row.bar.value = `transform:scaleX(${share})`
  row.own.value = own.get(price) ?? ''
  return hasMoved
}

function quantityText(lots: bigint, { lot }: Steps): [solid: string, zeros: string] {
  const [solid, zeros] = splitZeros(formatBigSteps(lots, lot), lot.decimals)
  return [groupThousands(solid), zeros]
}

function clear(row: LadderRow): void {
  if (row.price.peek() === '') return
  row.ticks = 0
  row.quantity = 0n
  row.total = 0n
  for (const text of [row.price, row.size, row.sizeZeros, row.totalText, row.totalZeros, row.own]) text.value = ''
  row.bar.value = NO_BAR
  row.flash.value = false
}

const NO_BAR = 'transform:scaleX(0)'

const emptyRow = (): LadderRow => ({
  ticks: 0,
  quantity: 0n,
  total: 0n,
  price: signal(''),
  size: signal(''),
  sizeZeros: signal(''),
  totalText: signal(''),
  totalZeros: signal(''),
  bar: signal(NO_BAR),
  own: signal(''),
  flash: signal(false),
  flashEndsMs: 0,
})

/** Own quantities by the price of their row. */
export function ownRows(
  own: ReadonlyMap<string, string>,
  side: BookSide,
  steps: Steps,
  grouping: number,
): ReadonlyMap<number, string> {
  const lots = new Map<number, bigint>()
  for (const [price, quantity] of own) {
    const at = groupPrice(stepsOf(price, steps.tick), grouping, side)
    lots.set(at, (lots.get(at) ?? 0n) + lotsOf(quantity, steps.lot))
  }
  return new Map([...lots].map(([price, sum]) => [price, groupThousands(formatBigSteps(sum, steps.lot))]))
}
