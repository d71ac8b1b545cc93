/** Asks before an order that is probably a slip of the hand, or before each order if the settings say so. */

import '../frame/question.css'
import { instrument } from '../../state/market/instruments.ts'
import { optionWords } from '../../state/ticket/order-table.ts'
import { answerQuestion, orderWords, question } from '../../state/ticket/send-order.ts'
import { DialogFrame } from '../frame/dialog-frame.tsx'
import { ignoreHeldKey } from '../frame/held-key.ts'

export function ConfirmOrder() {
  const { value } = question
  const isWarned = value !== undefined && value.warnings.length > 0
  return (
    <DialogFrame
      title={isWarned ? 'Check this order' : 'Send this order?'}
      open={value !== undefined}
      onClose={() => answerQuestion(false)}
    >
      <Body />
    </DialogFrame>
  )
}

function Body() {
  const { value } = question
  const present = instrument.value
  if (value === undefined || present === undefined) return null
  const { checked, warnings } = value
  const { order } = checked
  return (
    <div class="confirm">
      <p class={order.side === 'BUY' ? 'confirm-order buy' : 'confirm-order sell'}>{orderWords(order, present)}</p>
      <p class="dim">
        {[order.symbol, order.type?.toLowerCase(), order.timeInForce, ...optionWords(order)].join(' · ')}
      </p>
      {warnings.length > 0 && (
        <ul class="confirm-warnings">
          {warnings.map(({ text }) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      <div class="confirm-actions">
        <button
          data-focus
          type="button"
          class="outlined"
          onKeyDown={ignoreHeldKey}
          onClick={() => answerQuestion(false)}
        >
          Back
        </button>
        <button
          type="button"
          class={`send ${order.side === 'BUY' ? 'send-buy' : 'send-sell'}`}
          onKeyDown={ignoreHeldKey}
          onClick={() => answerQuestion(true)}
        >
          {warnings.length > 0 ? 'Send anyway' : 'Send'}
        </button>
      </div>
    </div>
  )
}
