/** The button says what it sends. Below it one line says what became of the order. */

import { computed } from '@preact/signals'
import { instrument } from '../../state/market/instruments.ts'
import { dialog } from '../../state/page/layout.ts'
import { access } from '../../state/session/session.ts'
import { groupThousands } from '../../state/text/format.ts'
import { draft, terms } from '../../state/ticket/draft.ts'
import { answer, sending, sideWord } from '../../state/ticket/send-order.ts'
import { isAmount, sentQuantity } from '../../state/ticket/ticket-estimate.ts'

/** `Buy 0.5 BTC at 50,021.83`; without quantity or price only what is known. */
const words = computed(() => {
  const present = instrument.value
  const side = sideWord(draft.side.value)
  if (present === undefined) return side
  const isMarket = !terms.value.kind.hasPrice
  // The quantity of such an order changes with the book; what it may cost does not.
  if (isMarket && isAmount.value)
    return `${side} ${present.base} for ${groupThousands(draft.fields.value.quantity ?? '')} ${present.quote} at market`
  const quantity = sentQuantity.value
  const price = draft.fields.value.price ?? ''
  const at = isMarket ? ' at market' : price === '' ? '' : ` at ${groupThousands(price)}`
  return quantity === undefined ? `${side} ${present.base}` : `${side} ${groupThousands(quantity)} ${present.base}${at}`
})

export function SendButton() {
  const side = draft.side.value === 'BUY' ? 'send-buy' : 'send-sell'
  if (access.value === 'no-key') return <SignInButton />
  const isSending = sending.value !== undefined
  return (
    <div class="ticket-send">
      <PhaseLine />
      <button
        type="submit"
        class={`send ${side}`}
        aria-disabled={isSending}
        aria-busy={isSending}
        aria-describedby="ticket-answer"
      >
        {isSending ? 'Sending…' : words}
      </button>
      <AnswerLine />
    </div>
  )
}

function SignInButton() {
  return (
    <div class="ticket-send">
      <button
        type="button"
        class="send send-neutral"
        onClick={() => {
          dialog.value = 'sign-in'
        }}
      >
        Sign in to trade
      </button>
      <p class="ticket-answer dim">Orders need an API key of this exchange. Market data does not.</p>
    </div>
  )
}

/** An order is rejected in these phases, so the ticket says it before. */
function PhaseLine() {
  const { phase = 'CONTINUOUS', closed = false } = instrument.value ?? {}
  if (closed) return <p class="phase-line">The instrument is closed.</p>
  if (phase === 'CONTINUOUS') return null
  const word = phase.toLowerCase()
  const isKnown = phase === 'HALTED' || phase === 'CLOSED'
  return (
    <p class="phase-line">
      {isKnown ? `Trading is ${word}. Orders can be canceled.` : `The phase of the market is ${word}.`}
    </p>
  )
}

function AnswerLine() {
  const { kind, text } = answer.value ?? {}
  const isError = kind !== undefined && kind !== 'done'
  return (
    <p id="ticket-answer" class="ticket-answer" data-kind={kind} role={isError ? 'alert' : undefined}>
      {text}
    </p>
  )
}
