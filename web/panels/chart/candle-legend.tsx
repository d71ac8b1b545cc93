/** The values of the candle under the crosshair, or of the last one, with all their digits. */

import { computed, signal } from '@preact/signals'
import { candleText } from '../../state/market/candle-text.ts'
import { instrument } from '../../state/market/instruments.ts'
import { type Candle, candles } from '../../state/market/market.ts'
import { DIRECTION_MARKS } from '../frame/direction-marks.ts'

export const hoveredCandle = signal<Candle | undefined>(undefined)

const shown = computed(() => {
  const { value } = instrument
  const list = candles.value.candles
  const hovered = hoveredCandle.value
  // The candle may have changed since the pointer came to it.
  const candle =
    hovered === undefined ? list.at(-1) : (list.findLast(({ start }) => start === hovered.start) ?? hovered)
  return value === undefined || candle === undefined ? undefined : candleText(candle, value.tick, value.lot)
})

export function CandleLegend() {
  const text = shown.value
  if (text === undefined) return null
  const { open, high, low, close, change, direction, volume } = text
  const { sign, className } = DIRECTION_MARKS[direction]
  return (
    <dl class="legend">
      <Value name="O" title="Open" text={open} />
      <Value name="H" title="High" text={high} />
      <Value name="L" title="Low" text={low} />
      <Value name="C" title="Close" text={close} />
      <Value name={sign} title="Change" text={change} className={className} />
      <Value name="Vol" title="Volume" text={volume} />
    </dl>
  )
}

interface ValueProps {
  readonly name: string
  readonly title: string
  readonly text: string
  readonly className?: string
}

function Value({ name, title, text, className = '' }: ValueProps) {
  return (
    <div class={className}>
      <dt title={title}>{name}</dt>
      <dd class={title === 'Change' ? 'change' : ''}>{text}</dd>
    </div>
  )
}
