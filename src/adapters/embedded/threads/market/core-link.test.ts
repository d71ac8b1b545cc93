/** The market thread's side of its port to the core: a book that arrives in parts, and one whose events are lost. */

import { expect, test } from 'vitest'
import type { DepthPart } from '../../../../ports/depth-reader.ts'
import { CoreLink, type CoreListener } from './core-link.ts'
import type { CoreToMarket, MarketToCore } from './market-messages.ts'

const LISTENER: CoreListener = { started: () => {}, take: () => {}, dropped: () => {} }
const NOTHING = new Float64Array(0)
const PART: DepthPart = {
  eventNumber: 4,
  timestampMs: 1,
  phase: 'CONTINUOUS',
  tradeNumber: 0,
  bids: NOTHING,
  asks: NOTHING,
  moreBids: false,
  moreAsks: true,
}

function opened() {
  const posted: MarketToCore[] = []
  const port = { postMessage: (message: MarketToCore) => void posted.push(message) }
  const link = new CoreLink(port as never, new Int32Array(new SharedArrayBuffer(4)))
  const receive = (message: CoreToMarket) => link.receive(message, LISTENER)
  const part = (id: number, more: Partial<DepthPart>) =>
    receive({ kind: 'depthPart', id, symbol: 'BTCUSD', part: { ...PART, ...more } })
  const last = (id: number, more: Partial<DepthPart>) =>
    receive({ kind: 'answer', id, answer: { ...PART, moreAsks: false, ...more } })
  return { link, posted, receive, part, last }
}

test('a book that arrives in parts is answered once, whole', () => {
  const { link, posted, part, last } = opened()
  const answers: unknown[] = []
  link.depth('BTCUSD', (depth) => answers.push(depth))
  expect(posted).toEqual([{ kind: 'ask', id: 1, question: 'depth', ask: { symbol: 'BTCUSD' } }])
  part(1, { bids: Float64Array.of(10, 5, 1) })
  last(1, { asks: Float64Array.of(11, 6, 2) })
  const whole = { eventNumber: 4, bids: Float64Array.of(10, 5, 1), asks: Float64Array.of(11, 6, 2) }
  expect(answers).toEqual([expect.objectContaining(whole)])
})

test('a book that could not be read leaves no part for the next time', () => {
  const { link, receive, part, last } = opened()
  const answers: unknown[] = []
  link.depth('BTCUSD', (depth) => answers.push(depth))
  part(1, { bids: Float64Array.of(10, 5, 1) })
  receive({ kind: 'answerFailed', id: 1, message: 'broken' })
  link.depth('BTCUSD', (depth) => answers.push(depth))
  last(2, { bids: Float64Array.of(9, 1, 1) })
  expect(answers).toEqual([undefined, expect.objectContaining({ bids: Float64Array.of(9, 1, 1) })])
})

test('a book is not answered if events of it were lost', () => {
  const { link, receive, part, last } = opened()
  link.depth('BTCUSD', () => expect.fail('answered'))
  part(1, {})
  receive({ kind: 'feedDropped' })
  // Both were on the way. Events between them are missing.
  part(1, { eventNumber: 9 })
  last(1, { eventNumber: 10 })
})
