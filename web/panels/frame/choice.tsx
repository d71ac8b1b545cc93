/** A choice between a few words, as buttons in a row. The arrow keys move between them, as in every radio group. */

import './choice.css'
import type { Signal } from '@preact/signals'

export interface ChoiceProps<T extends string> {
  /** The name of the group, unique on the page. */
  readonly name: string
  readonly label: string
  readonly value: Signal<T>
  readonly options: readonly (readonly [value: T, text: string])[]
}

export function Choice<T extends string>({ name, label, value, options }: ChoiceProps<T>) {
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div class="choice-options">
        {options.map(([option, text]) => (
          <label key={option}>
            <input
              type="radio"
              name={name}
              checked={value.value === option}
              onChange={() => {
                value.value = option
              }}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
