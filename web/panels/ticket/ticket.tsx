/** The order ticket: made from the order table, so that it offers what the exchange has and nothing else. */

import './ticket.css'
import { SIDES } from '../../../src/protocol/order/order-words.ts'
import { instrument } from '../../state/market/instruments.ts'
import { draft, setKind, setSide, terms } from '../../state/ticket/draft.ts'
import { ORDER_KINDS, ticketFields } from '../../state/ticket/order-table.ts'
import { sideWord, submit } from '../../state/ticket/send-order.ts'
import { ignoreHeldKey } from '../frame/held-key.ts'
import { PanelFrame } from '../frame/panel-frame.tsx'
import { Estimate } from './estimate.tsx'
import { Field } from './field.tsx'
import { SendButton } from './send-button.tsx'

export function Ticket() {
  const present = instrument.value
  return (
    <PanelFrame title="Order" freshness={present === undefined ? 'loading' : 'live'}>
      <form
        class="ticket"
        noValidate
        data-side={draft.side.value}
        aria-label="Order ticket"
        onKeyDown={ignoreHeldKey}
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Sides />
        <Kinds />
        {ticketFields(terms.value).map((field) => (
          <Field key={field.name} field={field} />
        ))}
        <Estimate />
        <SendButton />
      </form>
    </PanelFrame>
  )
}

function Sides() {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid of buttons in one line
    <div class="ticket-sides" role="group" aria-label="Side">
      {SIDES.map((side) => (
        <button
          key={side}
          type="button"
          class={side === 'BUY' ? 'side-buy' : 'side-sell'}
          aria-pressed={draft.side.value === side}
          onClick={() => setSide(side)}
        >
          {sideWord(side)}
        </button>
      ))}
    </div>
  )
}

function Kinds() {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a row of buttons
    <div class="ticket-kinds" role="group" aria-label="Order type">
      {ORDER_KINDS.map(({ id, label, hint }) => (
        <button
          key={id}
          type="button"
          aria-pressed={terms.value.kind.id === id}
          title={hint}
          onClick={() => setKind(id)}
        >
          {label}
        </button>
      ))}
    </div>
  )
}
