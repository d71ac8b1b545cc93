/**
 * Only one row of the ladder can be reached by Tab; the arrow keys go from row to row. So the ladder is one stop on the
 * way through the page.
 */

import { type ReadonlySignal, signal } from '@preact/signals'
import type { BookSide } from '../../state/book/book-rows.ts'

interface RowPlace {
  readonly side: BookSide
  readonly place: number
}

/** The best bid at first. */
const present = signal<RowPlace>({ side: 'bids', place: 0 })
export const tabRow: ReadonlySignal<RowPlace> = present

export function onRowFocus(event: FocusEvent): void {
  const { side, place } = (event.target as HTMLElement).dataset
  if (side === 'bids' || side === 'asks') present.value = { side, place: Number(place) }
}

const MOVES: Readonly<Record<string, (from: number, last: number) => number>> = {
  ArrowUp: (from) => from - 1,
  ArrowDown: (from) => from + 1,
  PageUp: (from) => from - 10,
  PageDown: (from) => from + 10,
  Home: () => 0,
  End: (_, last) => last,
}

export function onRowKey(event: KeyboardEvent): void {
  const move = MOVES[event.key]
  if (move === undefined || event.altKey || event.ctrlKey || event.metaKey) return
  const rows = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('.book-pick:not(:empty)')]
  const from = rows.indexOf(event.target as HTMLElement)
  if (from < 0) return
  const last = rows.length - 1
  rows[Math.min(last, Math.max(0, move(from, last)))].focus()
  event.preventDefault()
  event.stopPropagation()
}
