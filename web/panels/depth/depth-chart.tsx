/**
 * The depth of the book as a chart. The crosshair shows what trades up to a price and what it costs; a click takes the
 * price into the ticket. Arrow keys move the crosshair from level to level, plus and minus zoom, Enter takes the price.
 */

import './depth-chart.css'
import { computed } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { formatSteps } from '../../../src/protocol/units.ts'
import { ticksAt } from '../../state/book/depth-curve.ts'
import {
  crossDepth,
  depthCross,
  depthCurve,
  depthText,
  shownDepth,
  stepDepth,
  zoomDepth,
} from '../../state/book/shown-depth.ts'
import { instrument } from '../../state/market/instruments.ts'
import { nowMs } from '../../state/session/connection.ts'
import { usePrice } from '../../state/ticket/draft.ts'
import { useElementSize } from '../frame/element-size.ts'
import { colours } from '../frame/theme-colours.ts'
import { drawDepth, plotOf } from './depth-canvas.ts'

const ZOOM = 1.5

export function DepthChart() {
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const size = useElementSize(box)
  const drawing = useRef(
    computed(() => {
      const { value: view } = shownDepth
      const { value } = instrument
      const { fontFamily } = getComputedStyle(document.body)
      const parts = { curve: depthCurve.value, cross: depthCross.value, colours: colours.value, fontFamily }
      return view === undefined || value === undefined ? undefined : { ...parts, view, instrument: value }
    }),
  )
  useEffect(() => {
    const shown = computed(() => ({ size: size.value, drawing: drawing.current.value }))
    return shown.subscribe((now) => {
      if (canvas.current !== null && now.size.width > 0) drawDepth(canvas.current, now.size, now.drawing)
    })
  }, [size])
  useEffect(() => {
    const { current } = box
    current?.addEventListener('wheel', onWheel, { passive: false })
    return () => current?.removeEventListener('wheel', onWheel)
  }, [])
  const onMove = (event: PointerEvent): void => {
    const { value: view } = shownDepth
    const { left } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    if (view !== undefined) crossDepth(ticksAt(event.clientX - left, view, plotOf(size.value)))
  }
  return (
    <div class="depth">
      <div
        ref={box}
        class="depth-box"
        role="img"
        aria-label={words.value}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move its crosshair
        tabIndex={0}
        onPointerMove={onMove}
        onPointerLeave={() => crossDepth(undefined)}
        onBlur={() => crossDepth(undefined)}
        onClick={takePrice}
        onKeyDown={onKey}
      >
        <canvas ref={canvas} />
      </div>
      <DepthLegend />
      <div class="depth-zoom">
        <button type="button" class="plain" aria-label="Show fewer prices" onClick={() => zoomDepth(ZOOM)}>
          +
        </button>
        <button type="button" class="plain" aria-label="Show more prices" onClick={() => zoomDepth(1 / ZOOM)}>
          −
        </button>
      </div>
    </div>
  )
}

function DepthLegend() {
  const { value } = instrument
  const point = depthCross.value
  if (value === undefined || point === undefined) return null
  const { price, total, cost } = depthText(point, value)
  const isBid = point.side === 'bids'
  return (
    <dl class="depth-legend">
      <div>
        <dt class={isBid ? 'buy' : 'sell'}>{isBid ? 'Bids down to' : 'Asks up to'}</dt>
        <dd>{price}</dd>
      </div>
      <div>
        <dt>Quantity</dt>
        <dd>
          {total} {value.base}
        </dd>
      </div>
      <div>
        <dt>Cost</dt>
        <dd>
          {cost} {value.quote}
        </dd>
      </div>
    </dl>
  )
}

const turn = computed(() => Math.floor(nowMs.value / 10_000))

/** Changes slowly, so that a reader of the screen is not disturbed. */
const words = computed(() => {
  void turn.value
  const { value } = instrument
  const { bids, asks } = depthCurve.peek()
  if (value === undefined) return 'Depth of the book'
  const side = (name: string, rows: typeof bids): string => {
    const last = rows.at(-1)
    if (last === undefined) return `no ${name}`
    const from = formatSteps(rows[0].price, value.tick)
    const { price, total } = depthText(
      { side: 'bids', place: 0, price: last.price, total: last.total, cost: 0n },
      value,
    )
    return `${name} from ${from} to ${price}: ${total} ${value.base}`
  }
  return `Depth of the book of ${value.symbol}: ${side('bids', bids)}; ${side('asks', asks)}.`
})

function takePrice(): void {
  const point = depthCross.peek()
  const tick = instrument.peek()?.tick
  if (point !== undefined && tick !== undefined) usePrice(formatSteps(point.price, tick))
}

function onWheel(event: WheelEvent): void {
  if (event.deltaY === 0) return
  event.preventDefault()
  zoomDepth(event.deltaY < 0 ? 1.1 : 1 / 1.1)
}

const KEYS: Readonly<Record<string, () => void>> = {
  ArrowLeft: () => stepDepth(-1),
  ArrowRight: () => stepDepth(1),
  '+': () => zoomDepth(ZOOM),
  '-': () => zoomDepth(1 / ZOOM),
  Enter: takePrice,
}

function onKey(event: KeyboardEvent): void {
  const act = KEYS[event.key]
  if (act === undefined || event.altKey || event.ctrlKey || event.metaKey) return
  act()
  event.preventDefault()
}
