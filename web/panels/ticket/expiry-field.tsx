/** When a good-till-date order expires: a date and a time in the zone of the settings, and buttons for usual ones. */

import { timeZone } from '../../state/page/settings.ts'
import { exchangeTimeMs } from '../../state/session/connection.ts'
import { draft, setField } from '../../state/ticket/draft.ts'
import { localTimeText } from '../../state/ticket/expiry.ts'
import type { TicketField } from '../../state/ticket/order-table.ts'
import { errorIdOf, FieldRow, useWantedFocus } from './field-row.tsx'

const HOUR_MS = 3_600_000
const USUAL: readonly (readonly [text: string, ms: number])[] = [
  ['+1 h', HOUR_MS],
  ['+8 h', 8 * HOUR_MS],
  ['+1 d', 24 * HOUR_MS],
  ['+7 d', 168 * HOUR_MS],
]

export function ExpiryField({ field, id }: { readonly field: TicketField; readonly id: string }) {
  const { name } = field
  const error = draft.errors.value[name]
  const zone = timeZone.value
  return (
    <FieldRow field={field}>
      <input
        id={id}
        ref={useWantedFocus<HTMLInputElement>(name)}
        type="datetime-local"
        step={1}
        value={draft.fields.value[name] ?? ''}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : errorIdOf(name)}
        onInput={({ currentTarget }) => setField(name, currentTarget.value)}
      />
      <div class="quick-prices">
        {USUAL.map(([text, ms]) => (
          <button key={text} type="button" onClick={() => setField(name, localTimeText(exchangeTimeMs() + ms, zone))}>
            {text}
          </button>
        ))}
        <span class="dim">{zone === 'utc' ? 'UTC' : 'local'}</span>
      </div>
    </FieldRow>
  )
}
