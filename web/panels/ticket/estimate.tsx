/** What the order would do against the live book. Each figure changes by itself. */

import type { ReadonlySignal } from '@preact/signals'
import { computed } from '@preact/signals'
import { book } from '../../state/market/market.ts'
import { draft } from '../../state/ticket/draft.ts'
import { averagePriceText, costText, quantityText, restText, slippageText } from '../../state/ticket/ticket-estimate.ts'

const isStale = computed(() => book.value.freshness === 'stale')

/** Its start is at the right, so that a longer text shifts nothing in the layout. */
function Figure({ text }: { readonly text: ReadonlySignal<string> }) {
  return (
    <dd>
      <bdi dir="ltr">{text}</bdi>
    </dd>
  )
}

export function Estimate() {
  return (
    <dl class="estimate" aria-label="Estimate" data-stale={isStale.value}>
      {draft.unit.value === 'quote' && (
        <div>
          <dt>Quantity</dt>
          <Figure text={quantityText} />
        </div>
      )}
      <div>
        <dt>{draft.side.value === 'BUY' ? 'Cost' : 'Proceeds'}</dt>
        <Figure text={costText} />
      </div>
      <div>
        <dt>Average price</dt>
        <Figure text={averagePriceText} />
      </div>
      <div>
        <dt>Slippage</dt>
        <Figure text={slippageText} />
      </div>
      <div>
        <dt>Remainder</dt>
        <Figure text={restText} />
      </div>
    </dl>
  )
}
