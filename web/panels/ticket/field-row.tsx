/** A row of the ticket: the label, the entry, and the sentence that says what is wrong with it. */

import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { draft, focusRequest } from '../../state/ticket/draft.ts'
import type { TicketField } from '../../state/ticket/order-table.ts'

export const idOf = (name: string): string => `ticket-${name}`
export const errorIdOf = (name: string): string => `ticket-${name}-error`

/** Gives the focus to the field of this name whenever the state asks for it. */
export function useWantedFocus<E extends HTMLElement>(name: string) {
  const element = useRef<E>(null)
  const { field, number } = focusRequest.value
  useLayoutEffect(() => {
    if (field !== name) return
    element.current?.focus()
    if (element.current instanceof HTMLInputElement) element.current.select()
  }, [field, number])
  return element
}

interface RowProps {
  readonly field: TicketField
  readonly children: ComponentChildren
}

/** Label on the left, entry on the right, and below it what is wrong. */
export function FieldRow({ field: { name, label, hint }, children }: RowProps) {
  const error = draft.errors.value[name]
  return (
    <div class="field">
      <label for={idOf(name)} title={hint}>
        {label}
      </label>
      <div class="field-entry">
        {children}
        {error !== undefined && (
          <p class="field-error" id={errorIdOf(name)}>
            {error}
          </p>
        )}
      </div>
    </div>
  )
}
