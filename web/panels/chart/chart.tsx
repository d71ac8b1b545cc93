/** The chart of the symbol on the screen: candles and volume, or the depth of the book. */

import './chart.css'
import { computed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { INTERVALS } from '../../../src/protocol/candle-interval.ts'
import { followDepth } from '../../state/book/shown-ladder.ts'
import { book, candles } from '../../state/market/market.ts'
import { chartView, interval } from '../../state/page/settings.ts'
import { DemoOffer } from '../demo/demo-offer.tsx'
import { DepthChart } from '../depth/depth-chart.tsx'
import { PanelFrame } from '../frame/panel-frame.tsx'
import { CandleChart } from './candle-chart.tsx'

const candlesSymbol = computed(() => candles.value.symbol)
const candlesFreshness = computed(() => candles.value.freshness)
const hasCandles = computed(() => candles.value.candles.length > 0)
const depthFreshness = computed(() => book.value.freshness)
const hasDepth = computed(() => book.value.bids.length > 0 || book.value.asks.length > 0)

/** The symbol whose candles were shown. Its chart stays while another interval is loaded. */
let shownSymbol = ''

export function Chart() {
  useEffect(followDepth, [])
  const isDepth = chartView.value === 'depth'
  return <PanelFrame title="Chart" fixed actions={<ChartActions />} {...(isDepth ? depthState() : candlesState())} />
}

function candlesState() {
  const freshness = candlesFreshness.value
  if (freshness !== 'loading') shownSymbol = candlesSymbol.value
  const isOtherInterval = freshness === 'loading' && candlesSymbol.value === shownSymbol
  const isEmpty = freshness !== 'loading' && !hasCandles.value
  return {
    freshness: isOtherInterval ? ('live' as const) : freshness,
    empty: isEmpty ? 'No trades yet. The chart begins with the first one.' : undefined,
    emptyAction: <DemoOffer />,
    children: <CandleChart />,
  }
}

function depthState() {
  return {
    freshness: depthFreshness.value,
    empty: hasDepth.value ? undefined : 'No open orders. The chart shows them as soon as they arrive.',
    emptyAction: <DemoOffer />,
    children: <DepthChart />,
  }
}

function ChartActions() {
  const view = chartView.value
  const choose = (name: typeof view) => () => {
    chartView.value = name
  }
  return (
    <>
      {view === 'candles' && <IntervalButtons />}
      <fieldset class="switch chart-views" aria-label="View of the chart">
        <button type="button" class="plain" aria-pressed={view === 'candles'} onClick={choose('candles')}>
          Candles
        </button>
        <button type="button" class="plain" aria-pressed={view === 'depth'} onClick={choose('depth')}>
          Depth
        </button>
      </fieldset>
    </>
  )
}

function IntervalButtons() {
  return (
    <fieldset class="switch intervals" aria-label="Interval of the candles">
      {INTERVALS.map((name) => (
        <button
          key={name}
          type="button"
          class="plain"
          aria-pressed={interval.value === name}
          onClick={() => {
            interval.value = name
          }}
        >
          {name}
        </button>
      ))}
    </fieldset>
  )
}
