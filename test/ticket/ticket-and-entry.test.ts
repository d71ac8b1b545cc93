/** The ticket and order entry agree: each order that the ticket makes is accepted, each wrong text gets the same code. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeOrderCommand } from '../../src/entry/place-order-command.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { newlyListed } from '../../src/protocol/instrument/instrument-directory.ts'
import { OPTIONAL_FIELDS, requestNameOf } from '../../src/protocol/order/order-fields.ts'
import { ORDER_TYPES, TIMES_IN_FORCE } from '../../src/protocol/order/order-words.ts'
import { Rejection } from '../../src/protocol/rejection.ts'
import { RULES_NEWEST } from '../../src/protocol/versions.ts'
import { sentenceOfCode } from '../../web/state/text/words.ts'
import {
  type ChosenTerms,
  kindOf,
  ORDER_KINDS,
  ticketFields,
  timeInForceOf,
} from '../../web/state/ticket/order-table.ts'
import { checkTicket, type TicketEntry, type TicketInstrument } from '../../web/state/ticket/ticket-check.ts'

const NOW_MS = Date.UTC(2026, 0, 31)
const listed = newlyListed({ ...DEMO_INSTRUMENTS[0], minQuantity: '0.001', maxQuantity: '1000' }, RULES_NEWEST)
const context = {
  instruments: new Map([[listed.symbol, listed]]),
  account: 'ann',
  nowMs: NOW_MS,
  newOrderId: () => 'made-1',
}
const instrument: TicketInstrument = {
  symbol: listed.symbol,
  base: 'BTC',
  quote: 'USD',
  tick: listed.tick,
  lot: listed.lot,
  tickSize: '0.01',
  lotSize: '0.00000001',
  priceMax: '21474836.47',
  quantityMax: '90071992.54740991',
  minQuantity: '0.001',
  maxQuantity: '1000',
  priceBand: null,
}
const book = {
  bids: [['49999.00', '2', 1] as const],
  asks: [['50000.00', '1', 1] as const, ['50100.00', '5', 1] as const],
}
const check = (entry: TicketEntry) => checkTicket(entry, { instrument, book, nowMs: NOW_MS, zone: 'utc' })

const ALL_TERMS: ChosenTerms[] = ORDER_KINDS.flatMap((kind) =>
  kind.timesInForce.map((timeInForce) => ({ kind, timeInForce })),
)
const values = {
  price: '50000',
  quantity: '0.5',
  expiresAt: '2026-02-01T12:00',
  postOnly: 'true',
  selfTradePrevention: 'EXPIRE_BOTH',
  tag: 'desk 7',
}

describe('the order table', () => {
  it('has every type, and every time in force with some type', () => {
    expect(ORDER_KINDS.map(({ id }) => id)).toEqual(ORDER_TYPES)
    expect([...new Set(ALL_TERMS.map(({ timeInForce }) => timeInForce))].sort()).toEqual([...TIMES_IN_FORCE].sort())
  })

  it('offers every optional field with some terms', () => {
    const offered = new Set(ALL_TERMS.flatMap((terms) => ticketFields(terms).map(({ name }) => name)))
    for (const field of OPTIONAL_FIELDS) expect(offered).toContain(requestNameOf(field))
  })

  it('each row and each option makes an order that order entry accepts', () => {
    for (const terms of ALL_TERMS) {
      for (const typed of [values, { price: '50000', quantity: '0.5', expiresAt: '2026-02-01T12:00' }]) {
        const { checked } = check({ side: 'BUY', terms, values: typed, unit: 'base' })
        const command = placeOrderCommand({ ...checked?.order }, context)
        expect(command, JSON.stringify(checked?.order)).toMatchObject({
          kind: 'PlaceOrder',
          type: terms.kind.id,
          timeInForce: terms.timeInForce,
          quantity: 50_000_000,
        })
      }
    }
  })

  it('what the table does not offer, order entry rejects', () => {
    for (const type of ORDER_TYPES) {
      for (const timeInForce of TIMES_IN_FORCE.filter((word) => !kindOf(type).timesInForce.includes(word))) {
        const order = { symbol: instrument.symbol, side: 'BUY', type, timeInForce, quantity: '1' }
        expect(placeOrderCommand(order, context)).toBeInstanceOf(Rejection)
      }
    }
  })

  it('keeps a time in force that the next type has', () => {
    expect(timeInForceOf(kindOf('MARKET'), 'FOK')).toBe('FOK')
    expect(timeInForceOf(kindOf('MARKET'), 'GTD')).toBe('IOC')
  })
})

const limit: ChosenTerms = { kind: kindOf('LIMIT'), timeInForce: 'GTC' }
const market: ChosenTerms = { kind: kindOf('MARKET'), timeInForce: 'IOC' }

describe('typed text', () => {
  const texts = fc.oneof(
    fc.constantFrom('', '0', '0.00', '1.5', '-1', '1e5', '1,5', '.5', '5.', 'abc', '0.0005', '1000.00000001', '1001'),
    fc.constantFrom('21474836.47', '21474836.48', '90071992.54740991', '90071992.54740992', '9999999999999999999'),
    fc.tuple(fc.nat(60_000), fc.nat(1_000_000_000)).map(([whole, part]) => `${whole}.${part}`),
    fc.string({ maxLength: 8 }),
  )

  it('is accepted or rejected as order entry does it, with the sentence of the same code', () => {
    fc.assert(
      fc.property(texts, texts, (price, quantity) => {
        const { errors, checked } = check({ side: 'BUY', terms: limit, values: { price, quantity }, unit: 'base' })
        const order = { symbol: instrument.symbol, side: 'BUY', price, quantity }
        const command = placeOrderCommand(order, context)
        if (!(command instanceof Rejection)) {
          expect(errors).toEqual({})
          expect(checked).toMatchObject({ lots: command.quantity, limit: command.price })
          return
        }
        expect(checked).toBeUndefined()
        const { field = '', code } = command
        const isEmpty = (field === 'price' ? price : quantity) === ''
        if (!isEmpty) expect(errors[field]).toBe(sentenceOfCode(code, instrument)?.text)
      }),
      { numRuns: 300 },
    )
  })

  it('an expiry must be a time in the future, in the zone of the settings', () => {
    const entry = { side: 'BUY', terms: { ...limit, timeInForce: 'GTD' }, unit: 'base' } as const
    const errorOf = (expiresAt: string) => check({ ...entry, values: { ...values, expiresAt } }).errors.expiresAt
    expect(errorOf('')).toBe('Enter when the order expires.')
    expect(errorOf('tomorrow')).toBe('Expiry must be a date and a time.')
    expect(errorOf('2026-01-31T00:00')).toBe('Expiry must be in the future.')
    expect(check({ ...entry, values }).checked?.order.expiresAt).toBe('2026-02-01T12:00:00.000Z')
  })

  it('a tag with a control character is named beside its field', () => {
    expect(
      check({ side: 'BUY', terms: limit, values: { ...values, tag: 'a\u0007' }, unit: 'base' }).errors,
    ).toHaveProperty('tag')
  })
})

describe('an amount of the quote currency', () => {
  const lotsFor = (terms: ChosenTerms, quantity: string) =>
    check({ side: 'BUY', terms, values: { price: '50000', quantity }, unit: 'quote' })

  it('is converted at the limit price, rounded down to the lot', () => {
    expect(lotsFor(limit, '100').checked?.order.quantity).toBe('0.002')
    expect(lotsFor(limit, '100.0001').checked?.order.quantity).toBe('0.002')
    expect(lotsFor(limit, '100.0006').checked?.order.quantity).toBe('0.00200001')
  })

  it('of a market order is converted at the prices of the book', () => {
    expect(lotsFor(market, '100100').checked?.order.quantity).toBe('2')
  })

  it('is rejected in words of its own', () => {
    expect(lotsFor(limit, '0.0001').errors.quantity).toBe('The amount is below one lot of 0.00000001.')
    expect(lotsFor(limit, 'x').errors.quantity).toBe('Amount must be a number such as 1000.')
    expect(lotsFor(limit, '10').errors.quantity).toBe('Quantity must be at least 0.001 for BTCUSD.')
  })
})
