/**
 * The entry of a price or a quantity: exact text, never a number. Arrow keys, the wheel over the focused field and the
 * two buttons move it by one tick or lot; with Shift by ten.
 */

import './decimal-input.css'
import type { ComponentChildren } from 'preact'
import { book } from '../../state/market/market.ts'
import { STEPS_WITH_SHIFT } from '../../state/text/steps.ts'
import { draft, setField, stepField, usePrice } from '../../state/ticket/draft.ts'
import { errorIdOf, useWantedFocus } from './field-row.tsx'
import { useWheelSteps } from './wheel-steps.ts'

interface DecimalInputProps {
  readonly name: 'price' | 'quantity'
  readonly id: string
  readonly label: string
  /** The word for one step. */
  readonly step: string
  readonly unit: ComponentChildren
}

export const stepsOf = ({ shiftKey }: { readonly shiftKey: boolean }): number => (shiftKey ? STEPS_WITH_SHIFT : 1)

const DIRECTIONS: Readonly<Record<string, number>> = { ArrowUp: 1, ArrowDown: -1 }

/** Whether the key takes a price of the book. */
function takeBookPrice(key: string): boolean {
  const { bids, asks } = book.peek()
  const level = key === 'PageUp' ? asks[0] : key === 'PageDown' ? bids[0] : undefined
  if (level !== undefined) usePrice(level[0])
  return level !== undefined
}

export function DecimalInput({ name, id, label, step, unit }: DecimalInputProps) {
  const error = draft.errors.value[name]
  const input = useWantedFocus<HTMLInputElement>(name)
  const isQuote = name === 'quantity' && draft.unit.value === 'quote'
  useWheelSteps(input, (by) => stepField(name, by))
  return (
    <div class="decimal" data-invalid={error !== undefined}>
      {!isQuote && <StepButton name={name} label={label} step={step} by={-1} />}
      <input
        id={id}
        ref={input}
        class="num fitted"
        style={{ '--digits': Math.max(1, (draft.fields.value[name] ?? '').length) }}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        spellcheck={false}
        maxLength={40}
        value={draft.fields.value[name] ?? ''}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : errorIdOf(name)}
        onInput={({ currentTarget }) => setField(name, currentTarget.value.trim())}
        onKeyDown={(event) => {
          if (name === 'price' && takeBookPrice(event.key)) return event.preventDefault()
          const direction = DIRECTIONS[event.key]
          if (direction === undefined || event.ctrlKey || event.altKey || event.metaKey || isQuote) return
          event.preventDefault()
          stepField(name, direction * stepsOf(event))
        }}
      />
      <span class="decimal-unit">{unit}</span>
      {!isQuote && <StepButton name={name} label={label} step={step} by={1} />}
    </div>
  )
}

interface StepButtonProps {
  readonly name: 'price' | 'quantity'
  readonly label: string
  readonly step: string
  readonly by: 1 | -1
}

/** Not in the order of the focus, because the arrow keys of the field do the same. */
function StepButton({ name, label, step, by }: StepButtonProps) {
  const word = by > 0 ? 'up' : 'down'
  return (
    <button
      type="button"
      class="decimal-step"
      tabIndex={-1}
      aria-label={`${label} one ${step} ${word}`}
      title={`One ${step} ${word}; with Shift ten`}
      onClick={(event) => stepField(name, by * stepsOf(event))}
    >
      {by > 0 ? '+' : '−'}
    </button>
  )
}
