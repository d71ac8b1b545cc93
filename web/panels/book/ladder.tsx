/**
 * The ladder: asks above, bids below, and the spread between them. As many rows are shown as fit into the panel, at
 * fixed places. It is a table and not a live region: a reader of the screen goes through it with the arrow keys, row by
 * row, and Enter takes the price of a row into the ticket.
 */

import { useComputed } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { formatSteps } from '../../../src/protocol/units.ts'
import type { LadderRow } from '../../state/book/ladder.ts'
import { followLadder, ladder, ladderLengths } from '../../state/book/shown-ladder.ts'
import { instrument } from '../../state/market/instruments.ts'
import { ladderColumns } from '../../state/text/columns.ts'
import { usePrice } from '../../state/ticket/draft.ts'
import { digitEm } from '../frame/digit-width.ts'
import { useElementSize } from '../frame/element-size.ts'
import { LadderRows } from './ladder-rows.tsx'
import { onRowFocus, onRowKey } from './row-focus.ts'
import { SpreadRow } from './spread-row.tsx'

const ROW_PX = 20
const HEAD_PX = 20
const SPREAD_PX = 40
/** The exchange sends at least as many levels. */
const ROWS_MAX = 100

export function Ladder() {
  const root = useRef<HTMLTableElement>(null)
  const size = useElementSize(root)
  // Before the first paint, so that no row is added after it.
  useLayoutEffect(followLadder, [])
  useLayoutEffect(() =>
    size.subscribe(({ height }) => {
      const room = height === 0 ? 0 : Math.max(2, Math.floor((height - HEAD_PX - SPREAD_PX) / ROW_PX))
      ladder.asks.resize(Math.min(ROWS_MAX, Math.floor(room / 2)))
      ladder.bids.resize(Math.min(ROWS_MAX, Math.ceil(room / 2)))
    }),
  )
  const columns = useComputed(() => ladderColumns(ladderLengths.value, size.value.width, digitEm()))
  const style = useComputed(() => `--columns:${columns.value.template};font-size:${columns.value.fontPx}px`)
  const className = useComputed(() => (columns.value.showsTotal ? 'ladder' : 'ladder without-total'))
  return (
    <table
      ref={root}
      class={className}
      style={style}
      aria-label="Order book"
      onClick={pick}
      onKeyDown={onRowKey}
      onFocusIn={onRowFocus}
    >
      <caption id="book-hint" class="hidden">
        Each price is a button that takes it into the ticket. The arrow keys go from row to row.
      </caption>
      <LadderHead />
      <LadderRows side="asks" />
      <SpreadRow />
      <LadderRows side="bids" />
    </table>
  )
}

function LadderHead() {
  const { base, quote } = instrument.value ?? { base: '', quote: '' }
  return (
    <thead>
      <tr class="ladder-head">
        <th scope="col">Price {quote}</th>
        <th scope="col">Size {base}</th>
        <th scope="col" class="book-total">
          Total {base}
        </th>
      </tr>
    </thead>
  )
}

/** A click anywhere in a row is one on its button, which covers the row. */
function pick(event: Event): void {
  const { side, place } = (event.target as HTMLElement).dataset
  if (side !== 'bids' && side !== 'asks') return
  const row: LadderRow | undefined = ladder[side].rows.peek()[Number(place)]
  const tick = instrument.peek()?.tick
  if (row !== undefined && row.ticks > 0 && tick !== undefined) usePrice(formatSteps(row.ticks, tick))
}
