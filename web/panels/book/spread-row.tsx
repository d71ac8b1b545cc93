/** Between both sides: the last price with its direction, and the spread. */

import { spread } from '../../state/book/shown-ladder.ts'
import { lastDirection, lastPrice } from '../../state/market/price-move.ts'
import { textWidth } from '../../state/text/columns.ts'
import { groupThousands } from '../../state/text/format.ts'
import { DIRECTION_MARKS } from '../frame/direction-marks.ts'

/** A spread of so many digits has no room for its name. */
const LONG = 12

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
      <span class="fitted" style={{ '--digits': textWidth(groupThousands(price)) }}>
        {groupThousands(price)}
      </span>
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
      <span>
        {present.text.length < LONG && 'Spread '}
        {present.text}
      </span>
      <span>{present.basisPoints} bp</span>
    </>
  )
}
