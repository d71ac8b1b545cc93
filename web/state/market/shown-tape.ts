/** The tape of the symbol on the screen. It is brought up to date only while something shows it. */

import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import { symbol, timeZone } from '../page/settings.ts'
import { type ColumnLengths, type TapeColumns, tapeColumns, widest } from '../text/columns.ts'
import { instrument } from './instruments.ts'
import { type Trade, trades } from './market.ts'
import { emptyTapeRow, fillTape, newerThan, offsetOf, type TapeRow, tapeLengths } from './tape-rows.ts'

export const TAPE_ROW_PX = 20

const rows = signal<readonly TapeRow[]>([])
const offset = signal(0)
/** The trades of the moment when the user scrolled back; undefined: the newest are shown. */
const held = signal<readonly Trade[] | undefined>(undefined)

const NO_LENGTHS: ColumnLengths = { price: 0, size: 0, total: 0 }
/** The longest texts that the tape has had for the symbol. */
const lengths = signal(NO_LENGTHS)
/** The width of the tape, and that of a digit in a font of size 1. */
const room = signal({ widthPx: 0, digitEm: 0.6 })
export const tapeLayout: ReadonlySignal<TapeColumns> = computed(() =>
  tapeColumns(lengths.value, room.value.widthPx, room.value.digitEm),
)
const showsMillis = computed(() => tapeLayout.value.showsMillis)

export const tapeRows: ReadonlySignal<readonly TapeRow[]> = rows
/** How many trades have come since the user scrolled back; undefined: the newest are shown. */
export const newerTrades: ReadonlySignal<number | undefined> = computed(() =>
  held.value === undefined ? undefined : newerThan(trades.value.trades, held.value[0]),
)
/** Pixels of all trades that can be scrolled to. */
export const tapeHeight: ReadonlySignal<number> = computed(
  () => (held.value ?? trades.value.trades).length * TAPE_ROW_PX,
)

export function resizeTape(count: number, widthPx: number, digitEm: number): void {
  const before = rows.peek()
  if (widthPx !== room.peek().widthPx) room.value = { widthPx, digitEm }
  if (count !== before.length) rows.value = Array.from({ length: count }, (_, place) => before[place] ?? emptyTapeRow())
}

export function scrollTape(scrolledPx: number): void {
  const shown = held.peek() ?? trades.peek().trades
  const place = offsetOf(scrolledPx, TAPE_ROW_PX, shown.length, rows.peek().length)
  batch(() => {
    held.value = place === 0 ? undefined : shown
    offset.value = place
  })
}

/** Keeps {@link tapeRows} up to date. Returns the function that ends it. */
export function followTape(): () => void {
  const endReset = effect(() => {
    void symbol.value
    batch(() => {
      held.value = undefined
      offset.value = 0
      lengths.value = NO_LENGTHS
    })
  })
  const endRows = effect(() => {
    const lot = instrument.value?.lot
    if (lot === undefined) return
    const shown = held.value ?? trades.value.trades
    const input = { trades: shown, offset: offset.value, lot, zone: timeZone.value, showsMillis: showsMillis.value }
    batch(() => fillTape(rows.value, input))
    lengths.value = widest(lengths.peek(), tapeLengths(rows.peek()))
  })
  return () => {
    endReset()
    endRows()
  }
}
