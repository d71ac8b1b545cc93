/** Every code and reason that the exchange can answer with has a sentence on the screen, or is known not to reach it. */

import { describe, expect, it } from 'vitest'
import { PROBLEM_CODES } from '../../src/api/problems.ts'
import type { Order } from '../../src/client/client.ts'
import { ClientClosed, ConnectionLost, ExchangeProblem } from '../../src/client/errors.ts'
import { CANCEL_REASONS, REJECT_REASONS } from '../../src/protocol/reasons.ts'
import { ORDER_STATUSES } from '../../src/protocol/records.ts'
import { NOT_MET, PROBLEM_SENTENCES, UNKNOWN_OUTCOMES } from '../../web/state/text/problem-words.ts'
import {
  isOutcomeUnknown,
  isSaid,
  reasonWords,
  sentenceOf,
  sentenceOfCode,
  statusWords,
} from '../../web/state/text/words.ts'
import { OPEN_BUY } from './samples.ts'

const btc = {
  symbol: 'BTCUSD',
  base: 'BTC',
  tickSize: '0.01',
  lotSize: '0.00000001',
  priceMax: '21474836.47',
  quantityMax: '90071992.54740991',
  minQuantity: '0.001',
  maxQuantity: null,
  priceBand: { low: '40000.00', high: '60000.00' },
}
const problem = (code: string, more = {}) =>
  new ExchangeProblem({ code, status: 422, detail: `detail of ${code}`, ...more })

describe('codes', () => {
  it('each code of the API has a sentence, or is one that the screen cannot meet', () => {
    expect(PROBLEM_CODES.filter((code) => !isSaid(code))).toEqual([])
  })

  it('the table has no code that the API does not have, and none twice', () => {
    const known: readonly string[] = PROBLEM_CODES
    expect(
      [...Object.keys(PROBLEM_SENTENCES), ...NOT_MET, ...UNKNOWN_OUTCOMES].filter((code) => !known.includes(code)),
    ).toEqual([])
    expect([...NOT_MET].filter((code) => Object.hasOwn(PROBLEM_SENTENCES, code))).toEqual([])
  })

  it('each reason of the matcher has words that are not its code', () => {
    for (const reason of [...REJECT_REASONS, ...CANCEL_REASONS]) {
      if (NOT_MET.has(reason)) continue
      expect(reasonWords(reason), reason).not.toMatch(/_|^$/)
    }
  })

  it('each sentence is one: a capital letter, a point, no code', () => {
    for (const [code, { text, exact }] of Object.entries(PROBLEM_SENTENCES)) {
      for (const each of [text, exact?.(btc) ?? text]) expect(each, code).toMatch(/^[A-Z][^_!]*\.$/)
    }
  })
})

describe('sentences', () => {
  it('have the numbers of the instrument', () => {
    expect(sentenceOfCode('price_not_on_tick', btc)).toEqual({
      field: 'price',
      text: 'Price must be a multiple of 0.01.',
    })
    expect(sentenceOfCode('price_outside_band', btc)?.text).toBe(
      'Price must be between 40000.00 and 60000.00, the price band of BTCUSD.',
    )
    expect(sentenceOfCode('quantity_below_minimum', btc)?.text).toBe('Quantity must be at least 0.001 for BTCUSD.')
  })

  it('name the field of the exchange if the code has none', () => {
    expect(sentenceOf(problem('invalid_value', { field: 'tag' }))).toEqual({
      field: 'tag',
      text: 'detail of invalid_value',
    })
  })

  it('say when to try again, and when the outcome is not known', () => {
    const limited = new ExchangeProblem({ code: 'rate_limited', status: 429 }, 1_200)
    expect(sentenceOf(limited).text).toBe('Too many requests. Try again in 2 s.')
    expect(isOutcomeUnknown(problem('not_confirmed'))).toBe(true)
    expect(isOutcomeUnknown(problem('price_not_on_tick'))).toBe(false)
    // A failure that is newer than the screen: an order that is sent again must not trade twice.
    const failed = new ExchangeProblem({ code: 'replica_lost', status: 503 })
    expect([isOutcomeUnknown(failed), sentenceOf(failed).text]).toEqual([true, expect.stringMatching(/same order id/)])
    expect(isOutcomeUnknown(new ExchangeProblem({ code: 'overloaded', status: 503 }))).toBe(false)
    expect(isOutcomeUnknown(new ConnectionLost('gone'))).toBe(true)
    expect(isOutcomeUnknown(new ClientClosed())).toBe(true)
  })

  it('show a code that is newer than the screen with the words of the exchange', () => {
    expect(sentenceOf(problem('hold_exceeded')).text).toBe('detail of hold_exceeded (hold_exceeded)')
    expect(sentenceOf(problem('constructor')).text).toBe('detail of constructor (constructor)')
  })
})

describe('the state of an order', () => {
  const order: Order = { ...OPEN_BUY, price: '50021.83', quantity: '1.5', filledQuantity: '0.5' }
  const words = (more: Partial<Order> & { averagePrice?: string }) => statusWords({ ...order, ...more }, btc)

  it('is one line for each status', () => {
    for (const status of ORDER_STATUSES) expect(words({ status }), status).toMatch(/^[A-Z].*\.$/)
    expect(words({})).toBe('Open: 1.5 BTC at 50,021.83.')
    expect(words({ status: 'PARTIALLY_FILLED' })).toBe('Filled 0.5 of 1.5 BTC; 1 open at 50,021.83.')
    expect(words({ status: 'FILLED', averagePrice: '50020.00' })).toBe('Filled: 1.5 BTC at an average of 50,020.00.')
    expect(words({ status: 'REJECTED', reason: 'post_only_would_cross' })).toBe(
      'Rejected: the order would have traded at once (post-only).',
    )
    expect(words({ status: 'CANCELED', reason: 'immediate_or_cancel' })).toBe(
      'Filled 0.5 of 1.5 BTC; the rest canceled: nothing more could trade at once.',
    )
    expect(words({ status: 'EXPIRED', reason: 'expired', filledQuantity: '0' })).toBe('Expired.')
  })
})
