/**
 * The feed of an exchange under load, as the thread of the lake receives it: limit orders of many accounts on three
 * symbols, of which about half trade, and some cancels. Names have the lengths that they have in practice.
 */

import { LakeFeedReader } from '../../src/lake/feed/lake-feed-reader.ts'
import { LakeFeedWriter } from '../../src/lake/feed/lake-feed-writer.ts'
import { SymbolMatcher } from '../../src/matcher/symbol-matcher.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { type Random, randomFrom } from '../engine/random.ts'

export interface OrderFlow {
  readonly chunks: readonly Uint8Array<ArrayBuffer>[]
  readonly orders: number
  /** Events that have a row. */
  readonly orderEvents: number
  readonly trades: number
}

/** uuid: order ids that order entry makes, and request ids of HTTP; counted: a client's own, over a socket. */
export type Naming = 'uuid' | 'counted'

const START_MS = 1_767_603_630_000
const ORDERS_PER_MS = 100
const ACCOUNTS = 1_000
/** Commands of a chunk: what the core gathers under load. */
const CHUNK = 2_000

export function orderFlow(orders: number, naming: Naming): OrderFlow {
  const random = randomFrom(11)
  const feed = new LakeFeedWriter()
  const matchers = DEMO_INSTRUMENTS.map((instrument) => {
    const matcher = new SymbolMatcher(instrument.symbol)
    matcher.instrument = instrument
    return matcher
  })
  const resting: { symbol: number; account: string; orderId: string }[] = []
  const chunks: Uint8Array<ArrayBuffer>[] = []
  for (let i = 1; i <= orders; i++) {
    const timestampMs = START_MS + Math.floor(i / ORDERS_PER_MS)
    const symbol = random.below(matchers.length)
    const account = `account-${random.below(ACCOUNTS)}`
    const orderId = naming === 'uuid' ? uuid(random) : `mm7-${i}`
    const request = naming === 'uuid' ? { requestId: `9f86d081884c7d65-${i.toString(36)}` } : {}
    matchers[symbol].apply(
      { ...orderAt(random, matchers[symbol].symbol), account, orderId, ...request },
      timestampMs,
      feed,
    )
    resting.push({ symbol, account, orderId })
    if (random.below(10) === 0) {
      const canceled = resting.splice(random.below(resting.length), 1)[0]
      const { symbol, ...names } = canceled
      matchers[symbol].apply({ kind: 'CancelOrder', symbol: matchers[symbol].symbol, ...names }, timestampMs, feed)
    }
    if (resting.length > 10_000) resting.splice(0, 5_000)
    if (i % CHUNK === 0 || i === orders) chunks.push(feed.chunk())
  }
  return { chunks, orders, ...count(chunks) }
}

function orderAt(random: Random, symbol: string) {
  const side = random.below(2) === 0 ? ('BUY' as const) : ('SELL' as const)
  const distance = Math.round(Math.abs(random.normal()) * 200) - 85
  const price = ticks(5_000_000 + (side === 'BUY' ? -distance : distance))
  const quantity = lots(random.below(2) === 0 ? (1 + random.below(20)) * 5_000_000 : 1 + random.below(500_000_000))
  return {
    kind: 'PlaceOrder' as const,
    symbol,
    side,
    type: 'LIMIT' as const,
    timeInForce: 'GTC' as const,
    price,
    quantity,
  }
}

function uuid(random: Random): string {
  const hex = (digits: number) =>
    random
      .below(16 ** digits)
      .toString(16)
      .padStart(digits, '0')
  return `${hex(6)}${hex(2)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`
}

function count(chunks: readonly Uint8Array<ArrayBuffer>[]): { orderEvents: number; trades: number } {
  let orderEvents = 0
  let trades = 0
  const event = new LakeFeedReader()
  for (const chunk of chunks) {
    for (event.read(chunk); event.next(); ) {
      if (event.kind === 'TradeExecuted') trades++
      else orderEvents++
    }
  }
  return { orderEvents, trades }
}
