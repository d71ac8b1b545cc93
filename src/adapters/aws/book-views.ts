/**
 * The public views of books, as ExchangeQuery returns them to a function outside the network of the cache: the answer
 * to the direct invocation `{"views":["BTCUSD"]}`. Prices are ticks and quantities lots, so no instrument is needed.
 * A symbol without commands has an empty book. A view that the cache has lost is null until it is rebuilt.
 */

import type { BookReader } from '../../ports/book-reader.ts'
import type { BookState, DepthLevel } from '../../protocol/book-state.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { VIEW_LEVELS } from '../../protocol/limits.ts'
import type { Lots, Ticks } from '../../protocol/units.ts'

/** What the caller sends. */
export interface ViewsRequest {
  readonly views: readonly string[]
}

/** What it receives, in the order of the symbols. */
export interface ViewsAnswer {
  readonly views: readonly (ViewText | null)[]
}

/** A book as JSON: `[price, quantity, orders]` of each level, best first. `orders` is null in a view of rules 1. */
export type ViewText = Omit<BookState, 'bids' | 'asks'> & {
  readonly bids: readonly LevelText[]
  readonly asks: readonly LevelText[]
}

type LevelText = readonly [price: number, quantity: number, orders: number | null]

/** The most symbols of one request: 100 levels of two sides are 5 KB, and an answer may have 6 MB. */
export const VIEWS_MAX = 1_000

export const isViewsRequest = (event: object): event is ViewsRequest => 'views' in event

/** Reads the views of some symbols. Throws RangeError for a request that is not one, OperationalFailure. */
export async function answerViews({ views }: ViewsRequest, books: BookReader): Promise<ViewsAnswer> {
  if (!Array.isArray(views) || views.length > VIEWS_MAX || views.some((symbol) => typeof symbol !== 'string')) {
    throw new RangeError(`views must be a list of up to ${VIEWS_MAX} symbols`)
  }
  return { views: await Promise.all(views.map((symbol) => viewOf(symbol, books))) }
}

async function viewOf(symbol: string, books: BookReader): Promise<ViewText | null> {
  try {
    const book = await books.book(symbol, VIEW_LEVELS)
    return { ...book, bids: book.bids.map(levelText), asks: book.asks.map(levelText) }
  } catch (cause) {
    if (cause instanceof OperationalFailure && cause.fault === 'cache_lost') return null
    throw cause
  }
}

/** The books in an answer, by symbol. One that is being rebuilt is not in the map. */
export function viewsIn({ views }: ViewsAnswer): Map<string, BookState> {
  const books = new Map<string, BookState>()
  for (const view of views) {
    if (view !== null) books.set(view.symbol, { ...view, bids: view.bids.map(levelOf), asks: view.asks.map(levelOf) })
  }
  return books
}

const levelText = ({ price, quantity, orders }: DepthLevel): LevelText => [price, quantity, orders]

const levelOf = ([price, quantity, orders]: LevelText): DepthLevel => ({
  price: price as Ticks,
  quantity: quantity as Lots,
  orders,
})
