/** One field of the ticket, by its kind of entry. */

import { instrument } from '../../state/market/instruments.ts'
import { draft, setField } from '../../state/ticket/draft.ts'
import type { TicketField } from '../../state/ticket/order-table.ts'
import { DecimalInput } from './decimal-input.tsx'
import { ExpiryField } from './expiry-field.tsx'
import { errorIdOf, FieldRow, idOf, useWantedFocus } from './field-row.tsx'
import { QuantityUnit } from './quantity-unit.tsx'
import { QuickPrices } from './quick-prices.tsx'

export function Field({ field }: { readonly field: TicketField }) {
  switch (field.entry) {
    case 'price':
      return <PriceField field={field} />
    case 'quantity':
      return <QuantityField field={field} />
    case 'choice':
      return <ChoiceField field={field} />
    case 'flag':
      return <FlagField field={field} />
    case 'time':
      return <ExpiryField field={field} id={idOf(field.name)} />
    case 'text':
      return <TextField field={field} />
  }
}

function PriceField({ field }: { readonly field: TicketField }) {
  return (
    <FieldRow field={field}>
      <DecimalInput
        name="price"
        id={idOf(field.name)}
        label={field.label}
        step="tick"
        unit={<span>{instrument.value?.quote}</span>}
      />
      <QuickPrices />
    </FieldRow>
  )
}

function QuantityField({ field }: { readonly field: TicketField }) {
  return (
    <FieldRow field={field}>
      <DecimalInput name="quantity" id={idOf(field.name)} label={field.label} step="lot" unit={<QuantityUnit />} />
    </FieldRow>
  )
}

function ChoiceField({ field }: { readonly field: TicketField }) {
  const { name, choices = [], absent } = field
  const value = draft.fields.value[name] ?? absent
  const chosen = choices.find(({ word }) => word === value) ?? choices[0]
  return (
    <FieldRow field={field}>
      <select
        id={idOf(name)}
        ref={useWantedFocus<HTMLSelectElement>(name)}
        title={chosen?.hint}
        value={chosen?.word}
        onChange={({ currentTarget }) => setField(name, currentTarget.value)}
      >
        {choices.map(({ word, label }) => (
          <option key={word} value={word}>
            {label}
          </option>
        ))}
      </select>
    </FieldRow>
  )
}

function FlagField({ field }: { readonly field: TicketField }) {
  const { name, label, hint } = field
  const error = draft.errors.value[name]
  return (
    <div class="field">
      <div class="field-entry field-alone">
        <label class="field-flag" title={hint}>
          <input
            type="checkbox"
            id={idOf(name)}
            ref={useWantedFocus<HTMLInputElement>(name)}
            checked={draft.fields.value[name] === 'true'}
            aria-describedby={error === undefined ? undefined : errorIdOf(name)}
            onChange={({ currentTarget }) => setField(name, String(currentTarget.checked))}
          />
          {label}
        </label>
        {error !== undefined && (
          <p class="field-error" id={errorIdOf(name)}>
            {error}
          </p>
        )}
      </div>
    </div>
  )
}

function TextField({ field }: { readonly field: TicketField }) {
  const { name } = field
  const error = draft.errors.value[name]
  return (
    <FieldRow field={field}>
      <input
        id={idOf(name)}
        ref={useWantedFocus<HTMLInputElement>(name)}
        type="text"
        autocomplete="off"
        spellcheck={false}
        placeholder="Optional"
        value={draft.fields.value[name] ?? ''}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : errorIdOf(name)}
        onInput={({ currentTarget }) => setField(name, currentTarget.value)}
      />
    </FieldRow>
  )
}
