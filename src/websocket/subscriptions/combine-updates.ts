/**
 * Combines updates of a topic that follow each other into one message that covers them all. Slow clients that skipped
 * the same updates share the message.
 */

import { type BookUpdate, composeBookUpdates } from '../../marketdata/book-follower.ts'
import type { MarketUpdate } from '../../ports/market-feed.ts'

/** The channels whose updates may be combined. Trades and own orders are sent one by one. */
export const COMBINED_CHANNELS = ['book', 'ticker', 'candles'] as const
export type CombinedChannel = (typeof COMBINED_CHANNELS)[number]

interface CandlesUpdate {
  readonly candles: readonly { readonly start: string }[]
}

/** By the first of the updates: the message of the longest run that was combined. */
const combined = new WeakMap<MarketUpdate, { readonly last: MarketUpdate; readonly message: MarketUpdate }>()

/** `updates`: at least one. Of a ticker the first and the last are enough. */
export function combineUpdates(channel: CombinedChannel, updates: readonly MarketUpdate[]): MarketUpdate {
  const [first] = updates
  const last = updates[updates.length - 1]
  if (first === last) return first
  const known = combined.get(first)
  if (known?.last === last) return known.message
  const text = JSON.stringify(combinedMessage(channel, updates, first.from))
  const message: MarketUpdate = { type: 'update', from: first.from, to: last.to, text }
  combined.set(first, { last, message })
  return message
}

function combinedMessage(channel: CombinedChannel, updates: readonly MarketUpdate[], from: number): object {
  switch (channel) {
    case 'book':
      return composeBookUpdates(updates.map(({ text }): BookUpdate => JSON.parse(text))) as object
    case 'ticker':
      // Each update has the whole ticker.
      return { ...JSON.parse(updates[updates.length - 1].text), from }
    case 'candles': {
      const candles = new Map<string, unknown>()
      let last: object = {}
      for (const { text } of updates) {
        const update: CandlesUpdate = JSON.parse(text)
        for (const candle of update.candles) candles.set(candle.start, candle)
        last = update
      }
      return { ...last, from, candles: [...candles.values()] }
    }
  }
}
