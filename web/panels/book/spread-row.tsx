/** Between both sides: the last price with its direction, and the spread. */

import { groupThousands } from '../../state/format.ts'
import { lastTrade, spread } from '../../state/shown-ladder.ts'
import type { Direction } from '../../state/spread.ts'

export const DIRECTION_SIGNS: Readonly<Record<Direction, string>> = { up: '▲', down: '▼', same: '' }
const DIRECTION_CLASSES: Readonly<Record<Direction, string>> = { up: 'buy', down: 'sell', same: '' }
const DIRECTION_WORDS: Readonly<Record<Direction, string>> = { up: 'up', down: 'down', same: '' }

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
  const last = lastTrade.value
  if (last === undefined) {
    return <span class="last-price dim">No trades</span>
  }
  const { price, direction } = last
  return (
    <span class={`last-price ${DIRECTION_CLASSES[direction]}`} title="Last price">
      {groupThousands(price)}
      <i aria-hidden="true">{DIRECTION_SIGNS[direction]}</i>
      <span class="hidden">{DIRECTION_WORDS[direction]}</span>
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
