/** Switches the quantity between the base and the quote currency. */

import { instrument } from '../../state/market/instruments.ts'
import { draft, switchUnit } from '../../state/ticket/draft.ts'

export function QuantityUnit() {
  const { base = '', quote = '' } = instrument.value ?? {}
  const [shown, other] = draft.unit.value === 'base' ? [base, quote] : [quote, base]
  return (
    <button
      type="button"
      class="unit"
      aria-label={`Quantity in ${shown}. Switch to ${other}`}
      title={`Enter the quantity in ${other}`}
      onClick={switchUnit}
    >
      <span class="cut">{shown}</span>
      <span aria-hidden="true">⇄</span>
    </button>
  )
}
