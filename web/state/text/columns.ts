/**
 * The widths of the columns of the ladder and of the tape, from the lengths of what is in them, so that no digit is
 * cut off and no column depends on the browser's measuring of text. The least important column is left out where it
 * does not fit in full size. If the others do not fit either, the text becomes smaller.
 */

export interface ColumnLengths {
  /** Widths in digits, of {@link textWidth}. */
  readonly price: number
  readonly size: number
  readonly total: number
}

export interface LadderColumns {
  readonly fontPx: number
  readonly showsTotal: boolean
  /** For `grid-template-columns`. */
  readonly template: string
}

/** A separator beside a digit: 0.4 to 0.54 in the usual fonts. */
const SEPARATOR_WIDTH = 0.55

/** The width of a number or a time in digits, at most. */
export function textWidth(text: string): number {
  let width = text.length
  for (let i = 0; i < text.length; i++) if (text[i] < '0' || text[i] > '9') width -= 1 - SEPARATOR_WIDTH
  return width
}

const FONT_PX = 12
const FONT_MIN_PX = 8
/** The head of the column needs as much: `Price USD`. */
const HEAD_LENGTH = 9
/** Of a row: the mark of own orders at the left, the margin at the right, and the gap between two columns. */
export const MARGINS_PX = 14 + 12
export const GAP_PX = 8

/** `digitEm`: the width of a digit in a font of size 1. */
export function ladderColumns(lengths: ColumnLengths, widthPx: number, digitEm: number): LadderColumns {
  const { size, total } = lengths
  const price = Math.max(lengths.price, HEAD_LENGTH)
  const room = widthPx - MARGINS_PX - GAP_PX
  const showsTotal = (price + size + total) * digitEm * FONT_PX <= room - GAP_PX
  const fontPx = showsTotal ? FONT_PX : Math.min(FONT_PX, room / ((price + size) * digitEm))
  const shownPx = Math.max(FONT_MIN_PX, Math.floor(fontPx * 4) / 4)
  const rest = showsTotal ? `minmax(0, ${size}fr) minmax(0, ${total}fr)` : 'minmax(0, 1fr)'
  return { fontPx: shownPx, showsTotal, template: `${Math.ceil(price * digitEm * shownPx)}px ${rest}` }
}

/** Columns become wider but never narrower while one symbol is shown, so that they do not move to and fro. */
export const widest = (a: ColumnLengths, b: ColumnLengths): ColumnLengths =>
  b.price <= a.price && b.size <= a.size && b.total <= a.total
    ? a
    : { price: Math.max(a.price, b.price), size: Math.max(a.size, b.size), total: Math.max(a.total, b.total) }

export interface TapeColumns {
  readonly fontPx: number
  readonly showsMillis: boolean
  readonly template: string
}

const TIME_LENGTH = textWidth('12:00:00')
const MILLIS_LENGTH = textWidth('12:00:00.000')
/** Of a row of the tape: its margins, the sign of the side, and three gaps. */
const TAPE_MARGINS_PX = 24 + 10 + 3 * 4

/** Milliseconds are left out before the text becomes smaller; the title of a row has them. */
export function tapeColumns({ price, size }: ColumnLengths, widthPx: number, digitEm: number): TapeColumns {
  const room = widthPx - TAPE_MARGINS_PX
  const needs = (time: number): number => (time + price + size) * digitEm
  const showsMillis = needs(MILLIS_LENGTH) * FONT_PX <= room
  const time = showsMillis ? MILLIS_LENGTH : TIME_LENGTH
  const fontPx = Math.max(FONT_MIN_PX, Math.floor(Math.min(FONT_PX, room / needs(time)) * 4) / 4)
  const timePx = Math.ceil(time * digitEm * fontPx)
  return { fontPx, showsMillis, template: `${timePx}px 10px minmax(0, ${price}fr) minmax(0, ${size}fr)` }
}
