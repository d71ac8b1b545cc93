/** How a direction of a price is shown: by a sign, by a color, and in words for those who do not see either. */

import type { Direction } from '../../state/market/price-move.ts'

interface Marks {
  readonly sign: string
  readonly className: string
  readonly word: string
}

export const DIRECTION_MARKS: Readonly<Record<Direction, Marks>> = {
  up: { sign: '▲', className: 'buy', word: 'up' },
  down: { sign: '▼', className: 'sell', word: 'down' },
  same: { sign: '', className: '', word: '' },
}
