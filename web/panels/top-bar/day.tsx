/** The last price, and the trades of the last 24 hours. Each figure has a place that its digits do not change. */

import type { ComponentChildren } from 'preact'
import { instrument } from '../../state/market/instruments.ts'
import { ticker } from '../../state/market/market.ts'
import { lastDirection } from '../../state/market/price-move.ts'
import { groupThousands } from '../../state/text/format.ts'
import { DIRECTION_MARKS } from '../frame/direction-marks.ts'
import { Change } from './change.tsx'

export function LastPrice() {
  const { ticker: now, freshness } = ticker.value
  const last = now?.last ?? null
  const { sign, className, word } = DIRECTION_MARKS[lastDirection.value]
  return (
    <span class={`last-price ${className}`} data-freshness={freshness}>
      <span class="hidden">Last price </span>
      {last === null ? '–' : groupThousands(last)}
      <span class="last-move" aria-hidden="true">
        {sign}
      </span>
      <span class="hidden"> {word}</span>
    </span>
  )
}

export function Day() {
  const { ticker: now, freshness } = ticker.value
  const { base, quote } = instrument.value ?? { base: '', quote: '' }
  const price = (text: string | null | undefined): string => (text == null ? '–' : groupThousands(text))
  return (
    <dl class="day" data-freshness={freshness}>
      <Figure name="change">
        <Change percent={now?.changePercent ?? null} />
      </Figure>
      <Figure name="high">{price(now?.high)}</Figure>
      <Figure name="low">{price(now?.low)}</Figure>
      <Figure name={`volume ${base}`}>{now === undefined ? '–' : groupThousands(cut(now.volume))}</Figure>
      <Figure name={`turnover ${quote}`}>{now === undefined ? '–' : groupThousands(cut(now.quoteVolume))}</Figure>
    </dl>
  )
}

function Figure({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>
        <span class="day-hours">24h </span>
        {name}
      </dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Two decimals of a sum are enough here; the others are cut off. */
const cut = (decimal: string): string => decimal.replace(/(\.\d\d)\d+$/, '$1')
