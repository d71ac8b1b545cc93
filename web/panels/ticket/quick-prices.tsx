/**
 * Buttons that take a price of the book: the best bid, the middle, the best ask. They are not in the order of the focus,
 * so that Tab goes from price to quantity; Page Up and Page Down of the price field take ask and bid.
 */

import { computed } from '@preact/signals'
import { instrument } from '../../state/market/instruments.ts'
import { book } from '../../state/market/market.ts'
import { midPrice } from '../../state/text/steps.ts'
import { draft, usePrice } from '../../state/ticket/draft.ts'

const hasBid = computed(() => book.value.bids.length > 0)
const hasAsk = computed(() => book.value.asks.length > 0)

/** The middle, on the tick that is better for the order. */
function takeMid(): void {
  const { bids, asks } = book.peek()
  const present = instrument.peek()
  if (bids.length === 0 || asks.length === 0 || present === undefined) return
  usePrice(midPrice(bids[0][0], asks[0][0], present.tick, draft.side.peek()))
}

export function QuickPrices() {
  return (
    <div class="quick-prices">
      <button type="button" tabIndex={-1} disabled={!hasBid.value} onClick={() => usePrice(book.peek().bids[0][0])}>
        Bid
      </button>
      <button type="button" tabIndex={-1} disabled={!hasBid.value || !hasAsk.value} onClick={takeMid}>
        Mid
      </button>
      <button type="button" tabIndex={-1} disabled={!hasAsk.value} onClick={() => usePrice(book.peek().asks[0][0])}>
        Ask
      </button>
    </div>
  )
}
