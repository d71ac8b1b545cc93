/** Between both sides: the last price with its direction, and the spread. */

import { spread } from '../../state/book/shown-ladder.ts'
import { lastDirection, lastPrice } from '../../state/market/price-move.ts'
import { groupThousands } from '../../state/text/format.ts'
import { DIRECTION_MARKS } from '../frame/direction-marks.ts'

export function SpreadRow() {
  return (
    <tbody class="spread">
      <tr class="spread-row">
        <td>
          <LastPrice />
        </td>
        <td class="spread-text" title="Best ask minus best bid, and in basis points of their middle">
          <SpreadText />
        </td>
      </tr>
    </tbody>
  )
}

function LastPrice() {
  const price = lastPrice.value
  if (price === undefined) return <span class="last-price dim">No trades</span>
  const { sign, className, word } = DIRECTION_MARKS[lastDirection.value]
  return (
    <span class={`last-price ${className}`} title="Last price">
      {groupThousands(price)}
      <i aria-hidden="true">{sign}</i>
      <span class="hidden">{word}</span>
    </span>
  )
}

function SpreadText() {
  const present = spread.value
  if (present === undefined) return <>No spread</>
  return (
    <>
      <span>Spread {present.text}</span>
      <span>{present.basisPoints} bp</span>
    </>
  )
}
