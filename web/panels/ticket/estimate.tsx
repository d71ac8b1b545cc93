/** What the order would do against the live book. Each figure changes by itself. */

import { draft } from '../../state/draft.ts'
import { averagePriceText, costText, restText, slippageText } from '../../state/ticket-estimate.ts'

export function Estimate() {
  return (
    <dl class="estimate" aria-label="Estimate">
      <div>
        <dt>{draft.side.value === 'BUY' ? 'Cost' : 'Proceeds'}</dt>
        <dd>{costText}</dd>
      </div>
      <div>
        <dt>Average price</dt>
        <dd>{averagePriceText}</dd>
      </div>
      <div>
        <dt>Slippage</dt>
        <dd>{slippageText}</dd>
      </div>
      <div>
        <dt>Remainder</dt>
        <dd>{restText}</dd>
      </div>
    </dl>
  )
}
