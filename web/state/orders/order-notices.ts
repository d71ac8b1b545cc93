/** What the user should hear of: fills, and orders that ended without being asked to. Many at once become one line. */

import type { OrderUpdate } from '../../../src/client/client.ts'
import { compareDecimals } from '../../../src/marketdata/decimal-order.ts'
import type { Notice } from '../page/notices.ts'
import { groupThousands } from '../text/format.ts'
import { sumOf } from '../text/steps.ts'
import { statusWords } from '../text/words.ts'
import { fillOf, type OwnFill } from './order-lists.ts'

/** Fills of more orders than these in one frame are told as one line. */
const ORDERS_TOLD_MAX = 3

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
  const byOrder = new Map<string, OwnFill[]>()
  for (const fill of fills) byOrder.set(fill.orderId, [...(byOrder.get(fill.orderId) ?? []), fill])
  if (byOrder.size > ORDERS_TOLD_MAX)
    return [{ kind: 'fill', text: `${fills.length} fills of ${byOrder.size} orders.` }]
  return [...byOrder.values()].map((ofOrder) => ({ kind: 'fill', text: fillWords(ofOrder, shown) }))
}

/** `Bought 0.5 BTC at 50,021.83.`, or with the range of the prices. */
function fillWords(fills: readonly OwnFill[], shown: Units | undefined): string {
  const [{ side, symbol }] = fills
  const quantity = groupThousands(sumOf(fills.map((fill) => fill.quantity)))
  const what = symbol === shown?.symbol ? `${quantity} ${shown.base}` : `${quantity} of ${symbol}`
  const prices = fills.map(({ price }) => price).sort(compareDecimals)
  const [lowest, highest] = [groupThousands(prices[0]), groupThousands(prices[prices.length - 1])]
  const at = lowest === highest ? lowest : `${lowest} to ${highest}`
  return `${side === 'BUY' ? 'Bought' : 'Sold'} ${what} at ${at}.`
}

function endNotice({ event, order }: OrderUpdate): Told[] {
  if (event.type !== 'CANCELED' || order === null || EXPECTED.has(event.reason)) return []
  return [{ kind: 'done', text: `${order.symbol}: ${statusWords(order)}` }]
}
