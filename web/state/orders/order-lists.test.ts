import { describe, expect, it } from 'vitest'
import { ownFillSchema } from '../../../src/api/fill-resource.ts'
import type { Order } from '../../../src/client/client.ts'
import { parseStep } from '../../../src/protocol/units.ts'
import { OPEN_BUY } from '../../../test/ticket/samples.ts'
import { fillsCsv } from './order-csv.ts'
import { fillOf, matches, mergeFills, mergeOrders, type OwnFill, pricesOf } from './order-lists.ts'

const order = (more: Partial<Order>): Order => ({ ...OPEN_BUY, ...more })
const fill = (more: Partial<OwnFill>): OwnFill => ({
  tradeId: 'BTCUSD-1',
  orderId: 'a',
  symbol: 'BTCUSD',
  side: 'BUY',
  price: '50000.00',
  quantity: '1',
  liquidity: 'TAKER',
  timestamp: '2026-01-31T12:00:00.000Z',
  sequence: 5,
  ...more,
})

describe('own prices', () => {
  it('are exact sums by price of one symbol', () => {
    const orders = [
      order({ orderId: 'a', remainingQuantity: '0.1' }),
      order({ orderId: 'b', remainingQuantity: '0.2' }),
      order({ orderId: 'c', side: 'SELL', price: '50001.00', remainingQuantity: '3' }),
      order({ orderId: 'd', symbol: 'ETHUSD' }),
    ]
    const { bids, asks } = pricesOf(orders, 'BTCUSD', parseStep('0.00000001'))
    expect([...bids]).toEqual([['50000.00', '0.3']])
    expect([...asks]).toEqual([['50001.00', '3']])
  })
})

describe('lists', () => {
  it('have each fill once, newest first; a trade with oneself is two', () => {
    const older = fill({ tradeId: 'BTCUSD-0', timestamp: '2026-01-31T11:00:00.000Z' })
    const both = [fill({}), fill({ orderId: 'b', side: 'SELL', liquidity: 'MAKER' })]
    expect(mergeFills([older, both[0]], both, 10)).toEqual([...both, older])
    expect(mergeFills([older], both, 2)).toHaveLength(2)
  })

  it('have each order once, in the state with the higher sequence', () => {
    const filled = order({ status: 'FILLED', sequence: 9 })
    expect(mergeOrders([filled], [order({ sequence: 3 })], 10)).toEqual([filled])
    expect(mergeOrders([order({ sequence: 3 })], [filled], 10)).toEqual([filled])
  })

  it('are filtered by symbol and side', () => {
    expect(matches({ symbol: '', side: 'SELL' }, order({}))).toBe(false)
    expect(matches({ symbol: 'BTCUSD', side: '' }, order({}))).toBe(true)
  })
})

const event = {
  type: 'TRADE' as const,
  symbol: 'BTCUSD',
  orderId: 'a',
  sequence: 5,
  timestamp: '2026-01-31T12:00:00.000Z',
  tradeId: 'BTCUSD-1',
  price: '50000.00',
  quantity: '1',
  liquidity: 'TAKER' as const,
}

it('a trade event becomes a fill with the side of the order', () => {
  expect(fillOf({ event, order: order({}) })).toEqual(fill({ tag: null }))
  expect(fillOf({ event, order: null })).toBeUndefined()
})

it('a fill has the fields of GET /fills, in the list and in the download', () => {
  const { sequence: _, ...shown } = ownFillSchema.shape
  expect(Object.keys(fillOf({ event, order: order({}) }) ?? {}).sort()).toEqual(
    [...Object.keys(shown), 'sequence'].sort(),
  )
  expect(fillsCsv([]).trim()).toBe(Object.keys(shown).join(','))
})
