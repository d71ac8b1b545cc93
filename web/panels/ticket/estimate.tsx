/** What the order would do against the live book. Each figure changes by itself. */

import type { ReadonlySignal } from '@preact/signals'
import { draft } from '../../state/draft.ts'
import { averagePriceText, costText, restText, slippageText } from '../../state/ticket-estimate.ts'

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
    <dl class="estimate" aria-label="Estimate">
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
