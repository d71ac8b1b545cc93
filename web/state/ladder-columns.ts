/**
 * The widths of the ladder's columns, from the lengths of what is in them, so that no digit is cut off and no column
 * depends on the browser's measuring of text. The column of totals is left out where it does not fit in full size. If
 * the other two do not fit either, the text becomes smaller.
 */

export interface ColumnLengths {
  /** Characters. A separator is narrower than a digit, so as many digits need more room. */
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

const FONT_PX = 12
const FONT_MIN_PX = 8
/** Of a row: the mark of own orders at the left, the margin at the right, and the gap between two columns. */
export const MARGINS_PX = 14 + 12
export const GAP_PX = 8

/** `digitEm`: the width of a digit in a font of size 1. */
export function ladderColumns(lengths: ColumnLengths, widthPx: number, digitEm: number): LadderColumns {
  const { price, size, total } = lengths
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
