/** The rows of one side. Each is rendered once; its texts are signals that set the text nodes directly. */

import { useComputed } from '@preact/signals'
import type { BookSide } from '../../state/book/book-rows.ts'
import type { LadderRow } from '../../state/book/ladder.ts'
import { ladder } from '../../state/book/shown-ladder.ts'
import { NumberText } from '../frame/number-text.tsx'
import { tabRow } from './row-focus.ts'

export function LadderRows({ side }: { readonly side: BookSide }) {
  const rows = ladder[side].rows.value.map((row, place) => <Row key={place} row={row} side={side} place={place} />)
  return (
    <tbody class={`ladder-rows ${side}`} aria-label={side === 'asks' ? 'Asks' : 'Bids'}>
      {side === 'asks' ? rows.reverse() : rows}
    </tbody>
  )
}

interface RowProps {
  readonly row: LadderRow
  readonly side: BookSide
  readonly place: number
}

function Row({ row, side, place }: RowProps) {
  const tabIndex = useComputed(() => (tabRow.value.side === side && tabRow.value.place === place ? 0 : -1))
  const className = useComputed(() => (row.flash.value ? 'book-row flash' : 'book-row'))
  return (
    <tr class={className}>
      <td class="book-price">
        <i class="book-bar" style={row.bar} aria-hidden="true" />
        <OwnMark row={row} />
        <button type="button" class="book-pick" tabIndex={tabIndex} data-side={side} data-place={place}>
          {row.price}
        </button>
      </td>
      <td class="book-size">
        <NumberText solid={row.size} zeros={row.sizeZeros} />
      </td>
      <td class="book-total">
        <NumberText solid={row.totalText} zeros={row.totalZeros} />
      </td>
    </tr>
  )
}

function OwnMark({ row }: { readonly row: LadderRow }) {
  const own = row.own.value
  if (own === '') return null
  return (
    <span class="own-mark" title={`My open orders: ${own}`}>
      <span class="hidden">{own} of it mine, </span>
    </span>
  )
}
