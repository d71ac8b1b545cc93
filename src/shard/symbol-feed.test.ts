/** The feed of a symbol has the same bytes as a writer that encodes each event at once. */

import { expect, test } from 'vitest'
import { SymbolMatcher } from '../matcher/symbol-matcher.ts'
import type { Command, PlaceOrder } from '../protocol/command/commands.ts'
import type { EventCursor } from '../protocol/event/event-cursor.ts'
import { EventFeedReader } from '../protocol/event/event-feed-reader.ts'
import { EventFeedWriter } from '../protocol/event/event-feed-writer.ts'
import { DEMO_INSTRUMENTS } from '../protocol/instrument/instrument.ts'
import { lots, ticks } from '../protocol/units.ts'
import { SymbolFeed } from './symbol-feed.ts'

const [TERMS] = DEMO_INSTRUMENTS
const { symbol } = TERMS

const order = (orderId: string, side: 'BUY' | 'SELL', price: number, quantity: number): PlaceOrder => ({
  kind: 'PlaceOrder',
  symbol,
  account: side === 'BUY' ? 'buyer' : 'seller',
  orderId,
  side,
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: lots(quantity),
  price: ticks(price),
})

/** Makers, takers of many of them, partial fills, request ids, echo fields, and operator commands between trades. */
function history(): Command[] {
  const commands: Command[] = [{ kind: 'DefineInstrument', ...TERMS }]
  for (let i = 0; i < 150; i++) {
    const echo = i % 10 === 3 ? { tag: `tag-${i}` } : {}
    const request = i % 3 === 0 ? { requestId: `request-${i}` } : {}
    commands.push({ ...order(`maker-${i}`, 'SELL', 100 + (i % 7), 5 + (i % 4)), ...echo })
    commands.push({ ...order(`taker-${i}`, 'BUY', 110, 5 + (i % 5)), ...request })
    if (i % 40 === 9) commands.push({ kind: 'SetPriceBand', symbol, high: ticks(1_000 + i) })
  }
  return commands
}

/** The batches of both after each `every` commands. */
function batches(every: number, wanted: (event: EventCursor) => boolean): { now: Uint8Array[]; late: Uint8Array[] } {
  const matcher = new SymbolMatcher(symbol)
  const writer = new EventFeedWriter()
  const feed = new SymbolFeed(symbol)
  const now: Uint8Array[] = []
  const late: Uint8Array[] = []
  const take = (event: EventCursor): void => {
    if (!wanted(event)) return
    writer.take(event)
    feed.take(event)
  }
  for (const [i, command] of history().entries()) {
    matcher.apply(command, 1_000 + i, { take })
    if (i % every !== 0) continue
    expect(feed.count).toBe(writer.count)
    now.push(writer.batch())
    late.push(feed.batch())
    // A batch may be read again, with more events, if its publication failed.
    if (i % (2 * every) !== 0) continue
    writer.clear()
    feed.clear()
  }
  return { now, late }
}

const isTrade = (event: EventCursor): boolean => event.kind === 'TradeExecuted'

test.each([
  ['trades and events of the symbol', (event: EventCursor) => isTrade(event) || event.concernsSymbol],
  ['every event', () => true],
])('%s have the same bytes and the same order', (_, wanted) => {
  for (const every of [1, 7, 400]) {
    const { now, late } = batches(every, wanted)
    expect(late.map((batch) => Buffer.from(batch).toString('hex'))).toEqual(
      now.map((batch) => Buffer.from(batch).toString('hex')),
    )
  }
})

test('the history has trades with and without echo fields and request ids', () => {
  const [batch] = batches(history().length - 1, () => true).late.slice(-1)
  const event = new EventFeedReader(batch)
  const seen = new Set<string>()
  while (event.next()) {
    if (event.kind !== 'TradeExecuted') continue
    seen.add(event.echo === undefined ? 'no echo' : 'echo')
    seen.add(event.requestId === undefined ? 'no request' : 'request')
    seen.add(event.makerFilled ? 'maker filled' : 'maker open')
    seen.add(event.takerFilled ? 'taker filled' : 'taker open')
  }
  expect(seen.size).toBe(8)
})
