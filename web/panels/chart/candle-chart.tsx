/**
 * Candles and volume. The chart library is loaded when the panel is first shown, so the page does not wait for it. The
 * legend has the exact values of the candle under the crosshair, or of the last one.
 */

import { computed, effect, signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { chartZone } from '../../state/market/chart-time.ts'
import { instrument } from '../../state/market/instruments.ts'
import { type Candle, candles, olderCandles } from '../../state/market/market.ts'
import { interval, timeZone } from '../../state/page/settings.ts'
import { colours } from '../frame/theme-colours.ts'
import type { CandleCanvas } from './candle-canvas.ts'
import { CandleLegend, hoveredCandle } from './candle-legend.tsx'
import { chartWords } from './chart-words.ts'

/** undefined: not loaded yet. */
const canvas = signal<CandleCanvas | undefined>(undefined)
const failed = signal(false)

export function CandleChart() {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const { current } = box
    return current === null ? undefined : follow(current)
  }, [])
  return (
    <div class="candles">
      <div
        ref={box}
        class="candles-box"
        role="img"
        aria-label={chartWords.value}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move its crosshair
        tabIndex={0}
        onKeyDown={onKey}
        onBlur={() => canvas.peek()?.clearStep()}
      />
      <CandleLegend />
      {failed.value && <p class="candles-failed">The chart could not be loaded. Reload the page to try again.</p>}
      <a
        class="attribution"
        href="https://www.tradingview.com/"
        target="_blank"
        rel="noopener noreferrer"
        title="Chart: TradingView Lightweight Charts™, copyright TradingView, Inc."
      >
        TradingView
      </a>
    </div>
  )
}

/** Loads the library, and keeps the chart up to date. Returns the function that ends it. */
function follow(element: HTMLElement): () => void {
  let hasEnded = false
  let ends: (() => void)[] = []
  void import('./candle-canvas.ts').then(
    ({ CandleCanvas }) => {
      if (hasEnded) return
      const made = new CandleCanvas(element, colours.peek(), { hovered, beginsSoon: readOlder })
      canvas.value = made
      ends = [
        effect(() => made.paint(colours.value)),
        effect(() => setTerms(made, terms.value)),
        effect(() => showCandles(made)),
      ]
    },
    () => {
      failed.value = true
    },
  )
  return () => {
    hasEnded = true
    for (const end of ends) end()
    canvas.peek()?.close()
    canvas.value = undefined
    hoveredCandle.value = undefined
  }
}

/** As text, because the instruments are read again each minute, and new terms draw all candles again. */
const terms = computed(() => {
  const { tick } = instrument.value ?? {}
  const at = chartZone(timeZone.value, interval.value, -new Date().getTimezoneOffset())
  return tick === undefined ? '' : JSON.stringify({ tick, interval: interval.value, at })
})

function setTerms(made: CandleCanvas, text: string): void {
  if (text !== '') made.setTerms(JSON.parse(text))
}

/** While candles of another interval are loaded, those of before stay. */
function showCandles(made: CandleCanvas): void {
  const { value } = candles
  if (value.freshness !== 'loading') made.show(value)
}

function hovered(candle: Candle | undefined): void {
  hoveredCandle.value = candle
}

let isReading = false
/** What had no older candles. */
let readToEnd = ''

async function readOlder(): Promise<void> {
  const { symbol, interval: shown, candles: before } = candles.peek()
  const first = `${symbol} ${shown} ${before[0]?.start}`
  if (isReading || first === readToEnd) return
  isReading = true
  const hasMore = await olderCandles()
  isReading = false
  if (!hasMore) readToEnd = first
}

const KEYS: Readonly<Record<string, (made: CandleCanvas) => void>> = {
  ArrowLeft: (made) => made.step(-1),
  ArrowRight: (made) => made.step(1),
  PageUp: (made) => made.step(-20),
  PageDown: (made) => made.step(20),
  End: (made) => made.step(Number.MAX_SAFE_INTEGER),
  '+': (made) => made.zoom(1.25),
  '-': (made) => made.zoom(0.8),
}

function onKey(event: KeyboardEvent): void {
  const made = canvas.peek()
  const act = KEYS[event.key]
  if (made === undefined || act === undefined || event.altKey || event.ctrlKey || event.metaKey) return
  act(made)
  event.preventDefault()
}
