/** `GET /book/{symbol}`: the book by price level, with the checksum by which a follower proves its own. */

import { eventTime } from '../../api/market-resource.ts'
import { bookChecksum, CHECKSUM_LEVELS } from '../../marketdata/book-checksum.ts'
import type { DepthLevel } from '../../protocol/book-state.ts'
import { DEPTH_LEVELS_DEFAULT } from '../../protocol/limits.ts'
import { Rejection } from '../../protocol/rejection.ts'
import { formatSteps, formatStepsShort } from '../../protocol/units.ts'
import { bookSchema } from '../answer-schemas.ts'
import { pathInstrument } from '../instrument-resource.ts'
import { depthParameter } from '../query-parameters.ts'
import type { Call, Route, RouteResult } from '../route.ts'
import { shared } from '../shared-answers.ts'

export const bookRoute: Route = {
  method: 'GET',
  path: '/book/{symbol}',
  name: 'getBook',
  summary: 'Read the order book by price level',
  access: 'public',
  query: { depth: depthParameter },
  answers: { 200: { description: 'The book.', schema: bookSchema } },
  problems: ['instrument_not_found'],
  handle: shared(getBook),
}

async function getBook(call: Call): Promise<RouteResult> {
  const instrument = pathInstrument(call)
  if (instrument instanceof Rejection) return instrument
  const { depth } = call.query
  const { symbol, tick, lot } = instrument
  const shown = depth === undefined ? DEPTH_LEVELS_DEFAULT : Number(depth)
  // The checksum covers the ten best levels, whatever was asked for.
  const book = await call.ports.bookReader.book(symbol, Math.max(shown, CHECKSUM_LEVELS))
  const level = ({ price, quantity, orders }: DepthLevel) => ({
    price: formatSteps(price, tick),
    quantity: formatStepsShort(quantity, lot),
    orders,
  })
  const [bids, asks] = [book.bids.map(level), book.asks.map(level)]
  return {
    status: 200,
    body: {
      symbol,
      sequence: book.eventNumber,
      timestamp: eventTime(book.timestampMs),
      phase: book.phase,
      lastPrice: book.lastTradePrice === null ? null : formatSteps(book.lastTradePrice, tick),
      checksum: checksumOf(bids, asks),
      bids: bids.slice(0, shown),
      asks: asks.slice(0, shown),
    },
  }
}

interface Level {
  readonly price: string
  readonly quantity: string
  readonly orders: number | null
}

/** null without the numbers of orders. */
function checksumOf(bids: readonly Level[], asks: readonly Level[]): number | null {
  const texts = [bids, asks].map((levels) =>
    levels.flatMap(({ price, quantity, orders }) => (orders === null ? [] : [[price, quantity, orders] as const])),
  )
  const isComplete = texts[0].length === bids.length && texts[1].length === asks.length
  return isComplete ? bookChecksum(texts[0], texts[1]) : null
}
