/** Cells that the lists share: a number with its trailing zeros dimmed, a time, a side. */

import type { Side } from '../../../src/protocol/order/order-words.ts'
import { instruments } from '../../state/market/instruments.ts'
import { timeZone } from '../../state/page/settings.ts'
import { textWidth } from '../../state/text/columns.ts'
import { dateText, groupThousands, splitZeros, timeText } from '../../state/text/format.ts'
import { sideWord } from '../../state/ticket/send-order.ts'

/** A price with all digits of the tick, or a quantity with all digits of the lot. */
export function Num({
  text,
  symbol,
  of,
}: {
  readonly text: string
  readonly symbol: string
  readonly of: 'tick' | 'lot'
}) {
  const decimals = instruments.value.get(symbol)?.[of].decimals ?? 0
  const [solid, dim] = splitZeros(text, decimals)
  const shown = groupThousands(solid)
  return (
    <span class="fitted" style={{ '--digits': textWidth(shown + dim) }}>
      {shown}
      <span class="zeros">{dim}</span>
    </span>
  )
}

/** The time of today, or the date without its year and the time. The whole time in UTC is in the tooltip. */
export function Time({ iso }: { readonly iso: string }) {
  const zone = timeZone.value
  const isToday = dateText(iso, zone) === dateText(new Date().toISOString(), zone)
  const time = timeText(iso, zone)
  const [start, end] = isToday
    ? [time.slice(0, 8), time.slice(8)]
    : [dateText(iso, zone).slice(5), ` ${time.slice(0, 8)}`]
  return (
    <time dateTime={iso} title={iso}>
      {start}
      <span class="millis">{end}</span>
    </time>
  )
}

export function SideCell({ side }: { readonly side: Side }) {
  return <span class={side === 'BUY' ? 'buy' : 'sell'}>{sideWord(side)}</span>
}
