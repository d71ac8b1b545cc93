/** The order book of the symbol on the screen, as a ladder or as a depth chart. */

import './book.css'
import { computed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { formatSteps } from '../../../src/protocol/units.ts'
import { followDepth, groupBy, groupChoices, rowTicks } from '../../state/book/shown-ladder.ts'
import { instrument } from '../../state/market/instruments.ts'
import { book } from '../../state/market/market.ts'
import { bookView } from '../../state/page/settings.ts'
import { groupThousands } from '../../state/text/format.ts'
import { DepthChart } from '../depth/depth-chart.tsx'
import { PanelFrame } from '../frame/panel-frame.tsx'
import { Ladder } from './ladder.tsx'

const freshness = computed(() => book.value.freshness)
const isEmpty = computed(() => book.value.bids.length === 0 && book.value.asks.length === 0)

export function Book() {
  useEffect(followDepth, [])
  return (
    <PanelFrame
      title="Book"
      freshness={freshness.value}
      empty={isEmpty.value ? 'No open orders. The book shows them as soon as they arrive.' : undefined}
      fixed
      actions={<BookActions />}
    >
      {bookView.value === 'ladder' ? <Ladder /> : <DepthChart />}
    </PanelFrame>
  )
}

function BookActions() {
  const view = bookView.value
  const choose = (name: typeof view) => () => {
    bookView.value = name
  }
  return (
    <>
      {view === 'ladder' && <Grouping />}
      <fieldset class="switch" aria-label="View of the book">
        <button type="button" class="plain" aria-pressed={view === 'ladder'} onClick={choose('ladder')}>
          Ladder
        </button>
        <button type="button" class="plain" aria-pressed={view === 'depth'} onClick={choose('depth')}>
          Depth
        </button>
      </fieldset>
    </>
  )
}

/** A tick of more decimals has no room, so its rows are counted in ticks. */
const DECIMALS_SHOWN = 7
const ticksText = (ticks: number): string => (ticks === 1 ? '1 tick' : `${groupThousands(String(ticks))} ticks`)

function Grouping() {
  const tick = instrument.value?.tick
  if (tick === undefined) return null
  return (
    <select
      class="grouping"
      aria-label="Prices of a row"
      value={rowTicks.value}
      onChange={(event) => groupBy(Number(event.currentTarget.value))}
    >
      {groupChoices.value.map((ticks) => (
        <option key={ticks} value={ticks}>
          {tick.decimals > DECIMALS_SHOWN ? ticksText(ticks) : groupThousands(formatSteps(ticks, tick))}
        </option>
      ))}
    </select>
  )
}
