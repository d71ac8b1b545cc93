/**
 * What the rows of the tape show, newest trade first. Rows are fixed places like those of the ladder: a new trade changes
 * their texts and moves no element, so nothing on the page shifts. Whoever has scrolled back reads the trades of that
 * moment until the first row is shown again.
 */

import { type Signal, signal } from '@preact/signals'
import type { Step } from '../../../src/protocol/units.ts'
import type { Zone } from '../page/kept-settings.ts'
import { type ColumnLengths, textWidth, widest } from '../text/columns.ts'
import { groupThousands, splitZeros, timeText } from '../text/format.ts'
import type { Trade } from './market.ts'

export interface TapeRow {
  trade: Trade | undefined
  readonly time: Signal<string>
  /** The side of the order that arrived, by sign and by colour. */
  readonly sign: Signal<'' | '▲' | '▼'>
  readonly side: Signal<'' | 'buy' | 'sell'>
  readonly price: Signal<string>
  readonly size: Signal<string>
  readonly sizeZeros: Signal<string>
}

export interface TapeInput {
  readonly trades: readonly Trade[]
  /** The trade of the first row. */
  readonly offset: number
  readonly lot: Step
  readonly zone: Zone
  readonly showsMillis: boolean
}

export const emptyTapeRow = (): TapeRow => ({
  trade: undefined,
  time: signal(''),
  sign: signal<TapeRow['sign']['value']>(''),
  side: signal<TapeRow['side']['value']>(''),
  price: signal(''),
  size: signal(''),
  sizeZeros: signal(''),
})

export function fillTape(rows: readonly TapeRow[], input: TapeInput): void {
  rows.forEach((row, place) => {
    fill(row, input.trades[input.offset + place], input)
  })
}

/** The longest texts that are shown. */
export function tapeLengths(rows: readonly TapeRow[]): ColumnLengths {
  let lengths: ColumnLengths = { price: 0, size: 0, total: 0 }
  for (const { price, size, sizeZeros } of rows) {
    const sizeWidth = textWidth(size.peek()) + textWidth(sizeZeros.peek())
    const now = { price: textWidth(price.peek()), size: sizeWidth, total: 0 }
    lengths = widest(lengths, now)
  }
  return lengths
}

function fill(row: TapeRow, trade: Trade | undefined, { lot, zone, showsMillis }: TapeInput): void {
  row.trade = trade
  if (trade === undefined) {
    for (const text of [row.time, row.price, row.size, row.sizeZeros]) text.value = ''
    row.sign.value = ''
    row.side.value = ''
    return
  }
  const isBuy = trade.takerSide === 'BUY'
  const [solid, zeros] = splitZeros(trade.quantity, lot.decimals)
  const time = timeText(trade.timestamp, zone)
  row.time.value = showsMillis ? time : time.slice(0, 8)
  row.sign.value = isBuy ? '▲' : '▼'
  row.side.value = isBuy ? 'buy' : 'sell'
  row.price.value = groupThousands(trade.price)
  row.size.value = groupThousands(solid)
  row.sizeZeros.value = zeros
}

/** The first row after scrolling by so many pixels. The last trade stays in the last row. */
export function offsetOf(scrolledPx: number, rowPx: number, trades: number, rows: number): number {
  return Math.max(0, Math.min(Math.round(scrolledPx / rowPx), trades - rows))
}

/** How many trades have come since: those before the newest of the moment. */
export function newerThan(trades: readonly Trade[], newest: Trade | undefined): number {
  if (newest === undefined) return 0
  const place = trades.findIndex(({ sequence, tradeId }) => sequence <= newest.sequence || tradeId === newest.tradeId)
  return place < 0 ? trades.length : place
}
