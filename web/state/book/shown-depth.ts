/** The depth chart of the symbol on the screen: its curve, and the point under the crosshair in exact text. */

import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { formatBigSteps, formatSteps } from '../../../src/protocol/units.ts'
import { type Instrument, instrument } from '../market/instruments.ts'
import { book } from '../market/market.ts'
import { groupThousands } from '../text/format.ts'
import { valueText } from '../text/steps.ts'
import { bookRows } from './book-rows.ts'
import { type DepthCurve, type DepthPoint, type DepthView, depthPoint, depthPointAt, depthView } from './depth-curve.ts'

const ZOOM_MAX = 200

const zoom = signal(1)
/** Ticks at the crosshair. */
const crosshair = signal<number | undefined>(undefined)

const EMPTY: DepthCurve = { bids: [], asks: [] }

export const depthCurve: ReadonlySignal<DepthCurve> = computed(() => {
  const { value: steps } = instrument
  const { symbol, bids, asks } = book.value
  if (steps === undefined || steps.symbol !== symbol) return EMPTY
  const every = { steps, grouping: 1, count: Number.POSITIVE_INFINITY, isCut: false }
  return { bids: bookRows(bids, { ...every, side: 'bids' }), asks: bookRows(asks, { ...every, side: 'asks' }) }
})

export const shownDepth: ReadonlySignal<DepthView | undefined> = computed(() => depthView(depthCurve.value, zoom.value))

/** It follows the book: what trades up to the price of the crosshair. */
export const depthCross: ReadonlySignal<DepthPoint | undefined> = computed(() =>
  crosshair.value === undefined ? undefined : depthPointAt(depthCurve.value, crosshair.value),
)

export function zoomDepth(factor: number): void {
  zoom.value = Math.max(1, Math.min(ZOOM_MAX, zoom.peek() * factor))
}

export function crossDepth(ticks: number | undefined): void {
  crosshair.value = ticks
}

/** To the next level at the left (−1) or right (1), from the best bid. */
export function stepDepth(by: -1 | 1): void {
  const { bids, asks } = depthCurve.peek()
  const present = depthCross.peek()
  if (present === undefined) {
    crosshair.value = (bids[0] ?? asks[0])?.price
    return
  }
  const { side, place } = present
  const moved = place + (side === 'asks' ? by : -by)
  // From the best price of a side to that of the other.
  const next =
    moved >= 0
      ? depthPoint(side, side === 'asks' ? asks : bids, moved)
      : depthPoint(side === 'asks' ? 'bids' : 'asks', side === 'asks' ? bids : asks, 0)
  crosshair.value = next?.price ?? present.price
}

export interface DepthText {
  readonly price: string
  readonly total: string
  readonly cost: string
}

export const depthText = ({ price, total, cost }: DepthPoint, { tick, lot }: Instrument): DepthText => ({
  price: groupThousands(formatSteps(price, tick)),
  total: groupThousands(formatBigSteps(total, lot)),
  cost: groupThousands(valueText(cost, tick, lot)),
})
