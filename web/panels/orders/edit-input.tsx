/** The input of an amendment. Enter saves, Escape leaves it as it was, arrows go by a tick or a lot. */

import { useLayoutEffect, useRef } from 'preact/hooks'
import { editField, editing, endEditing, saveEditing, stepEditing } from '../../state/orders/order-editing.ts'
import { STEPS_WITH_SHIFT } from '../../state/text/steps.ts'

const DIRECTIONS: Readonly<Record<string, number>> = { ArrowUp: 1, ArrowDown: -1 }

export function EditInput({ field, label }: { readonly field: 'price' | 'quantity'; readonly label: string }) {
  const input = useRef<HTMLInputElement>(null)
  const { value } = editing
  const isWrong = value?.error?.field === field
  useLayoutEffect(() => {
    if (editing.peek()?.focus !== field) return
    input.current?.focus()
    input.current?.select()
  }, [field])
  return (
    <input
      ref={input}
      class="num edit-input"
      type="text"
      inputMode="decimal"
      autocomplete="off"
      spellcheck={false}
      maxLength={40}
      aria-label={label}
      aria-invalid={isWrong}
      aria-describedby={isWrong ? 'edit-error' : undefined}
      value={value?.[field] ?? ''}
      onInput={({ currentTarget }) => editField(field, currentTarget.value.trim())}
      onKeyDown={(event) => {
        const direction = DIRECTIONS[event.key]
        if (direction !== undefined) stepEditing(field, direction * (event.shiftKey ? STEPS_WITH_SHIFT : 1))
        else if (event.key === 'Enter') void saveEditing()
        else if (event.key === 'Escape') endEditing()
        else return
        event.preventDefault()
      }}
    />
  )
}
