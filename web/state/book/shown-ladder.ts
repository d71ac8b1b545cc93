/**
 * The ladder of the symbol on the screen: the book, grouped as the user has chosen, with the own orders marked. It is
 * brought up to date only while something shows it.
 */

import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import { type Instrument, instrument } from '../market/instruments.ts'
import { type BookState, book, bookDepth } from '../market/market.ts'
import { ownPrices } from '../orders/own-orders.ts'
import { bookView, chartView, grouping, symbol } from '../page/settings.ts'
import { type ColumnLengths, widest } from '../text/columns.ts'
import { type BookRow, type BookSide, bookRows, groupings, stepsOf } from './book-rows.ts'
import { FLASH_MS, LadderSide, ownRows } from './ladder.ts'
import { type Spread, spreadOf } from './spread.ts'

/** How often flashes are ended while there are any: about once in two frames. */
const FLASH_LOOK_MS = 30

export const ladder: Readonly<Record<BookSide, LadderSide>> = {
  bids: new LadderSide('bids'),
  asks: new LadderSide('asks'),
}

/** Ticks of a row. */
export const rowTicks: ReadonlySignal<number> = computed(() => grouping.value[symbol.value] ?? 1)

export function groupBy(ticks: number): void {
  grouping.value = { ...grouping.peek(), [symbol.peek()]: ticks }
}

/** The number of digits of the best price, by which the choices of {@link groupChoices} change. */
const priceScale = computed(() => {
  const best = book.value.bids[0] ?? book.value.asks[0]
  const ticks = best === undefined || instrument.value === undefined ? 0 : stepsOf(best[0], instrument.value.tick)
  return 10 ** String(ticks).length
})
/** What may be chosen as {@link rowTicks}. The present choice is always among them. */
export const groupChoices: ReadonlySignal<readonly number[]> = computed(() => {
  const choices = groupings(priceScale.value)
  return choices.includes(rowTicks.value) ? choices : [...choices, rowTicks.value].sort((a, b) => a - b)
})

const shownLengths = signal<{ symbol: string; lengths: ColumnLengths }>({
  symbol: '',
  lengths: { price: 0, size: 0, total: 0 },
})
/** The longest texts that the ladder has had for the symbol. */
export const ladderLengths: ReadonlySignal<ColumnLengths> = computed(() => shownLengths.value.lengths)

/** Keeps the rows of {@link ladder} up to date. Returns the function that ends it. */
export function followLadder(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const endFlashes = (): void => {
    const nowMs = performance.now()
    const hasMore = batch(() => [ladder.bids.endFlashes(nowMs), ladder.asks.endFlashes(nowMs)]).includes(true)
    timer = hasMore ? setTimeout(endFlashes, FLASH_LOOK_MS) : undefined
  }
  const end = effect(() => {
    const { value } = instrument
    if (value === undefined || value.symbol !== book.value.symbol) return
    batch(() => showBook(book.value, value))
    timer ??= setTimeout(endFlashes, FLASH_MS)
  })
  return () => {
    end()
    clearTimeout(timer)
  }
}

/** More levels are asked for only where they are shown. */
export const followDepth = (): (() => void) =>
  effect(() => {
    const isDeep = rowTicks.value > 1 || bookView.value === 'depth' || chartView.value === 'depth'
    bookDepth.value = isDeep ? 1000 : 100
  })

function showBook(shown: BookState, steps: Instrument): void {
  const bids = rowsOf(shown, 'bids', steps)
  const asks = rowsOf(shown, 'asks', steps)
  const totalMax = maxOf(bids.at(-1)?.total ?? 0n, asks.at(-1)?.total ?? 0n)
  const view = `${shown.symbol} ${rowTicks.value}`
  const rows = { bids, asks }
  for (const side of ['bids', 'asks'] as const) {
    const own = ownRows(ownPrices.value[side], side, steps, rowTicks.value)
    ladder[side].show({ rows: rows[side], steps, view, totalMax, own }, performance.now())
  }
  const { symbol: before, lengths } = shownLengths.peek()
  const now = widest(ladder.bids.lengths(), ladder.asks.lengths())
  const kept = before === shown.symbol ? widest(lengths, now) : now
  if (kept !== lengths) shownLengths.value = { symbol: shown.symbol, lengths: kept }
}

function rowsOf(shown: BookState, side: BookSide, steps: Instrument): BookRow[] {
  const levels = shown[side]
  const isCut = levels.length >= bookDepth.peek()
  return bookRows(levels, { side, steps, grouping: rowTicks.value, count: ladder[side].rows.value.length, isCut })
}

const maxOf = (a: bigint, b: bigint): bigint => (a > b ? a : b)

export const spread: ReadonlySignal<Spread | undefined> = computed(() => {
  const { value } = instrument
  return value === undefined ? undefined : spreadOf(book.value.bids, book.value.asks, value.tick)
})
