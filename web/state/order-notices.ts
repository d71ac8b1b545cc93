/** What the user should hear of: fills, and orders that ended without being asked to. Many at once become one line. */

import type { OrderUpdate } from '../../src/client/client.ts'
import { groupThousands } from './format.ts'
import type { Notice } from './notices.ts'
import { fillOf, type OwnFill } from './order-lists.ts'
import { statusWords } from './words.ts'

/** More fills than these in one frame are told as one line. */
const FILLS_TOLD_MAX = 3

/** Reasons that the user asked for, or that the ticket's own answer tells. */
const EXPECTED = new Set(['requested', 'cancel_all', 'immediate_or_cancel', 'fill_or_kill', 'no_liquidity'])

type Told = Pick<Notice, 'kind' | 'text'>
interface Units {
  readonly symbol: string
  readonly base: string
}

export function noticesOf(updates: readonly OrderUpdate[], shown: Units | undefined): readonly Told[] {
  const fills = updates.map(fillOf).filter((fill) => fill !== undefined)
  return [...fillNotices(fills, shown), ...updates.flatMap((update) => endNotice(update))]
}

function fillNotices(fills: readonly OwnFill[], shown: Units | undefined): Told[] {
  if (fills.length > FILLS_TOLD_MAX) {
    const bought = fills.filter(({ side }) => side === 'BUY').length
    return [{ kind: 'fill', text: `${fills.length} fills: ${bought} bought, ${fills.length - bought} sold.` }]
  }
  return fills.map(({ side, quantity, price, symbol }) => {
    const what =
      symbol === shown?.symbol
        ? `${groupThousands(quantity)} ${shown.base}`
        : `${groupThousands(quantity)} of ${symbol}`
    return { kind: 'fill', text: `${side === 'BUY' ? 'Bought' : 'Sold'} ${what} at ${groupThousands(price)}.` }
  })
}

function endNotice({ event, order }: OrderUpdate): Told[] {
  if (event.type !== 'CANCELED' || order === null || EXPECTED.has(event.reason)) return []
  return [{ kind: 'done', text: `${order.symbol}: ${statusWords(order)}` }]
}
