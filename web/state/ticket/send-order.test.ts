/** What is sent, and what is not, with an exchange that the test answers for. */

import { signal } from '@preact/signals'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { NewOrder, Result } from '../../../src/client/client.ts'
import { ConnectionLost, ExchangeProblem } from '../../../src/client/errors.ts'
import { BTCUSD } from '../../../test/ticket/samples.ts'

interface Sent {
  readonly order: NewOrder
  readonly answer: (result: Partial<Result> | Error) => Promise<void>
}

const world = vi.hoisted(() => ({ sent: [] as Sent[] }))

vi.mock('../session/session.ts', () => ({
  access: signal('open'),
  client: signal(undefined),
  maySend: signal(true),
  exchange: () => ({
    place: (order: NewOrder) =>
      new Promise<Result>((resolve, reject) => {
        const answer = async (result: Partial<Result> | Error) => {
          if (result instanceof Error) reject(result)
          else resolve({ status: 200, replayed: false, result: {}, ...result })
          await new Promise((done) => setTimeout(done))
        }
        world.sent.push({ order, answer })
      }),
  }),
}))
vi.mock('../session/connection.ts', () => ({
  connection: signal({ state: 'live', sinceMs: 0 }),
  exchangeTimeMs: () => Date.now(),
  nowMs: signal(2_000),
}))
vi.mock('../market/instruments.ts', () => {
  const instrument = signal<object | undefined>(undefined)
  const instruments = signal(new Map())
  const refreshInstruments = async () => {
    const priceBand = { low: '49900', high: '50100' }
    instruments.value = new Map([['BTCUSD', { ...instrument.peek(), priceBand }]])
  }
  return { instrument, instruments, refreshInstruments }
})
vi.mock('../market/market.ts', () => ({
  book: signal({ symbol: 'BTCUSD', freshness: 'live', bids: [], asks: [['50000.00', '5', 1]] }),
  ticker: signal({ ticker: undefined }),
  trades: signal({ trades: [] }),
}))
vi.mock('../page/settings.ts', () => ({
  confirmOrders: signal(false),
  timeZone: signal('utc'),
  symbol: signal('BTCUSD'),
}))

const { draft, setField } = await import('./draft.ts')
const { answer, answerQuestion, question, sending, startSending, submit } = await import('./send-order.ts')
const { connection } = (await import('../session/connection.ts')) as unknown as { connection: { value: object } }
const { symbol } = await import('../page/settings.ts')
const { book } = (await import('../market/market.ts')) as unknown as { book: { value: object } }
const { instrument } = (await import('../market/instruments.ts')) as unknown as { instrument: { value: object } }

const OPEN = {
  status: 'NEW',
  price: '50000.00',
  quantity: '1',
  remainingQuantity: '1',
  filledQuantity: '0',
  reason: null,
}

let nowMs = 0

beforeEach(() => {
  world.sent.length = 0
  nowMs += 10_000
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  instrument.value = BTCUSD
  connection.value = { state: 'live', sinceMs: 0 }
  draft.errors.value = {}
  setField('price', '49000')
  setField('quantity', '1')
})

/** Presses the button a second after the last press. */
function press(): void {
  nowMs += 1_000
  submit()
}

describe('the button of the ticket', () => {
  it('sends an order once, however often it is pressed', async () => {
    press()
    press()
    expect(world.sent).toHaveLength(1)
    expect(sending.value).toMatchObject({
      symbol: 'BTCUSD',
      side: 'BUY',
      type: 'LIMIT',
      price: '49000.00',
      quantity: '1',
    })
    await world.sent[0].answer({ result: OPEN })
    expect(answer.value).toEqual({ kind: 'done', text: 'Open: 1 BTC at 50,000.00.' })
    expect(draft.fields.value).toMatchObject({ price: '49000', quantity: '' })
  })

  it('takes a double click as one press', async () => {
    press()
    await world.sent[0].answer({ result: OPEN })
    setField('quantity', '1')
    submit()
    expect(world.sent).toHaveLength(1)
  })

  it('sends nothing while the connection is lost, and keeps what was typed', () => {
    connection.value = { state: 'lost', sinceMs: Date.now() - 3_000 }
    press()
    expect(world.sent).toHaveLength(0)
    expect(answer.value).toMatchObject({
      kind: 'not-sent',
      text: expect.stringMatching(/^Not sent: connection lost 3/),
    })
    expect(draft.fields.value.quantity).toBe('1')
  })

  it('says that an order without an answer is sent again by the client', () => {
    press()
    connection.value = { state: 'lost', sinceMs: 1_000 }
    expect(answer.value?.text).toBe(
      'No answer: connection lost 1.0 s ago. The same order id is sent again, so it cannot trade twice.',
    )
    void world.sent[0].answer({ result: OPEN })
  })

  it('keeps the order id while the outcome is not known, and takes another one for another order', async () => {
    press()
    await world.sent[0].answer(new ExchangeProblem({ code: 'not_confirmed', status: 503 }))
    expect(answer.value?.kind).toBe('unknown')
    press()
    expect(world.sent[1].order.orderId).toBe(world.sent[0].order.orderId)
    await world.sent[1].answer(new ConnectionLost('gone'))
    setField('quantity', '2')
    press()
    expect(world.sent[2].order.orderId).not.toBe(world.sent[0].order.orderId)
    await world.sent[2].answer({ result: OPEN })
    setField('quantity', '1')
    press()
    expect(world.sent[3].order.orderId).toBe(world.sent[0].order.orderId)
    await world.sent[3].answer({ result: OPEN })
    setField('quantity', '1')
    press()
    expect(world.sent[4].order.orderId).not.toBe(world.sent[0].order.orderId)
    await world.sent[4].answer({ result: OPEN })
  })

  it('shows a rejection beside its field, with what was typed', async () => {
    press()
    await world.sent[0].answer(new ExchangeProblem({ code: 'price_outside_band', status: 422 }))
    // The band that the exchange has now, not the one of the last reading.
    expect(draft.errors.value.price).toMatch(/between 49900 and 50100/)
    press()
    await world.sent[1].answer({ result: { ...OPEN, status: 'REJECTED', reason: 'post_only_would_cross' } })
    expect(answer.value?.text).toBe('Rejected: the order would have traded at once (post-only).')
    expect(draft.errors.value).toHaveProperty('postOnly')
    expect(draft.fields.value).toMatchObject({ price: '49000', quantity: '1' })
    expect(world.sent[1].order.orderId).not.toBe(world.sent[0].order.orderId)
  })

  it('asks before a price far through the market, and sends what it has shown', async () => {
    setField('price', '60000')
    press()
    expect(world.sent).toHaveLength(0)
    expect(question.value?.warnings).toHaveLength(1)
    answerQuestion(false)
    press()
    setField('price', '1')
    nowMs += 1_000
    answerQuestion(true)
    expect(world.sent[0].order.price).toBe('60000.00')
    await world.sent[0].answer({ result: OPEN })
  })

  it('a held Enter does not answer the question', () => {
    setField('price', '60000')
    press()
    answerQuestion(true)
    expect([world.sent.length, question.value === undefined]).toEqual([0, false])
    answerQuestion(false)
  })

  it('names the symbol of an answer that arrives after a change of the symbol', async () => {
    startSending()
    press()
    symbol.value = 'ETHUSD'
    await world.sent[0].answer(new ExchangeProblem({ code: 'price_outside_band', status: 422 }))
    expect(answer.value).toMatchObject({ kind: 'rejected', text: expect.stringMatching(/^BTCUSD: /) })
    expect(draft.errors.value).toEqual({})
    symbol.value = 'BTCUSD'
    expect(answer.value).toBeUndefined()
  })

  it('asks nothing about the symbol of before', () => {
    startSending()
    setField('price', '60000')
    press()
    expect(question.value).toBeDefined()
    symbol.value = 'ETHUSD'
    expect(question.value).toBeUndefined()
    symbol.value = 'BTCUSD'
  })

  it('asks if there is no current book to compare with', () => {
    const before = book.value
    book.value = { ...before, freshness: 'stale' }
    press()
    expect(question.value?.warnings).toHaveLength(1)
    answerQuestion(false)
    book.value = before
  })

  it('sends nothing that is wrong', () => {
    setField('price', '1.005')
    setField('quantity', 'x')
    press()
    expect(Object.keys(draft.errors.value)).toEqual(['price', 'quantity'])
    expect(world.sent).toHaveLength(0)
  })
})
