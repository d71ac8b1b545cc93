/** The question before all orders are canceled. It says how many, and of what. */

import '../frame/question.css'
import { answerCancelAll, cancelAllQuestion, cancelAllWords } from '../../state/orders/order-changes.ts'
import { DialogFrame } from '../frame/dialog-frame.tsx'
import { ignoreHeldKey } from '../frame/held-key.ts'

export function CancelAllDialog() {
  return (
    <DialogFrame
      title="Cancel all orders?"
      open={cancelAllQuestion.value !== undefined}
      onClose={() => answerCancelAll(false)}
    >
      <Body />
    </DialogFrame>
  )
}

function Body() {
  const { value } = cancelAllQuestion
  if (value === undefined) return null
  return (
    <div class="confirm">
      <p>{cancelAllWords(value)}</p>
      <p class="dim">Orders that trade before the exchange applies it are filled.</p>
      <div class="confirm-actions">
        <button
          data-focus
          type="button"
          class="outlined"
          onKeyDown={ignoreHeldKey}
          onClick={() => answerCancelAll(false)}
        >
          Keep them
        </button>
        <button type="button" class="send send-neutral" onKeyDown={ignoreHeldKey} onClick={() => answerCancelAll(true)}>
          Cancel {value.orders} {value.orders === 1 ? 'order' : 'orders'}
        </button>
      </div>
    </div>
  )
}
