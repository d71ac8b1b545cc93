/** The topics that a request names. That of own orders has the account of the connection, never one of the request. */

import { shaped } from '../../api/body-shape.ts'
import type { ProblemCode } from '../../api/problems.ts'
import { unknownSymbol } from '../../entry/unknown-symbol.ts'
import type { BookDepth, Topic } from '../../ports/market-feed.ts'
import type { Interval } from '../../protocol/candle-interval.ts'
import { Rejection } from '../../protocol/rejection.ts'
import type { Channel } from '../messages/operations.ts'
import { channelField, SUBSCRIPTION_REQUESTS } from '../messages/schemas/request-schemas.ts'
import type { OperationCall } from './operation-call.ts'

const DEPTH_DEFAULT = 100

/** What a request asks for, with its defaults. The answer repeats it. */
export interface RequestedTopics {
  readonly topics: readonly Topic[]
  readonly named: {
    readonly channel: Channel
    readonly symbols?: readonly string[]
    readonly depth?: BookDepth
    readonly interval?: Interval
  }
}

/** Rejections: unauthorized for own orders; those of the shape; unknown_symbol; invalid_value for a depth out of bounds. */
export function requestedTopics(
  { fields, session: { account, ports, bounds } }: OperationCall,
  op: 'subscribe' | 'unsubscribe',
): RequestedTopics | Rejection<ProblemCode> {
  const known = shaped(channelField, fields)
  if (known instanceof Rejection) return known
  const { channel } = known
  if (channel === 'orders') {
    if (account.caller === undefined) return new Rejection('unauthorized', 'Send authenticate with a key first.')
    const request = shaped(SUBSCRIPTION_REQUESTS[op].orders, fields)
    if (request instanceof Rejection) return request
    return { topics: [{ channel, account: account.caller.account }], named: { channel } }
  }
  const request = shaped(SUBSCRIPTION_REQUESTS[op][channel], fields)
  if (request instanceof Rejection) return request
  const { symbols } = request
  const unknown = symbols.find((symbol) => !ports.instruments.has(symbol))
  if (unknown !== undefined) {
    const { code, detail } = unknownSymbol(unknown, ports.instruments)
    return new Rejection(code, detail, 'symbols')
  }
  switch (request.channel) {
    case 'book': {
      const { depth = DEPTH_DEFAULT } = request
      if (!bounds.depths.includes(depth)) {
        const detail = `depth must be one of ${bounds.depths.join(', ')} on this exchange.`
        return new Rejection('invalid_value', detail, 'depth')
      }
      return {
        topics: symbols.map((symbol) => ({ channel: 'book', symbol, depth })),
        named: { channel, symbols, depth },
      }
    }
    case 'candles': {
      const { interval } = request
      const topics = symbols.map((symbol): Topic => ({ channel: 'candles', symbol, interval }))
      return { topics, named: { channel, symbols, interval } }
    }
    default: {
      const { channel: of } = request
      return { topics: symbols.map((symbol) => ({ channel: of, symbol })), named: { channel, symbols } }
    }
  }
}
