/**
 * The keys of the screen: key, action, words. The list that `?` shows and the listener are both made from this table.
 * Keys act only outside of text fields and dialogs, never with Ctrl, Alt or Meta, and never again while a key is held
 * down, so that a held C cancels one order.
 */

import { INTERVALS, type Interval } from '../../src/protocol/candle-interval.ts'

export type HotkeyAction =
  | 'buy'
  | 'sell'
  | 'price'
  | 'quantity'
  | 'cancelLast'
  | 'cancelAll'
  | 'orders'
  | 'search'
  | 'keys'
  | `interval ${Interval}`

export interface Hotkey {
  /** As KeyboardEvent.key; letters in lower case. */
  readonly key: string
  /** Of letters only: other characters may need Shift on some keyboards. */
  readonly shift?: true
  readonly action: HotkeyAction
  readonly words: string
}

export const HOTKEYS: readonly Hotkey[] = [
  { key: 'b', action: 'buy', words: 'Buy ticket' },
  { key: 's', action: 'sell', words: 'Sell ticket' },
  { key: 'p', action: 'price', words: 'Price of the ticket' },
  { key: 'q', action: 'quantity', words: 'Quantity of the ticket' },
  { key: 'c', action: 'cancelLast', words: 'Cancel the newest order' },
  { key: 'c', shift: true, action: 'cancelAll', words: 'Cancel all (asks)' },
  { key: 'o', action: 'orders', words: 'Open orders' },
  { key: '/', action: 'search', words: 'Search for a symbol' },
  ...INTERVALS.map(
    (interval, i): Hotkey => ({
      key: String(i + 1),
      action: `interval ${interval}`,
      words: `Candles of ${interval}`,
    }),
  ),
  { key: '?', action: 'keys', words: 'This list' },
]

/** Keys that belong to the field or the dialog with the focus. They are listed, and the field handles them. */
export const FIELD_KEYS: readonly { readonly keys: readonly string[]; readonly words: string }[] = [
  { keys: ['Enter'], words: 'Send, save' },
  { keys: ['Esc'], words: 'Leave, close' },
  { keys: ['↑', '↓'], words: 'One tick or lot' },
  { keys: ['Shift ↑ ↓'], words: 'Ten of them' },
  { keys: ['PgUp', 'PgDn'], words: 'Best ask, best bid' },
]

export const hotkeyText = ({ key, shift }: Hotkey): string => `${shift ? 'Shift ' : ''}${key.toUpperCase()}`

export interface PressedKey {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
  readonly repeat: boolean
  readonly isComposing: boolean
}

/** The parts of an element that decide whether one types in it. */
export interface KeyTarget {
  readonly tagName?: string
  readonly type?: string
  readonly isContentEditable?: boolean
}

const NOT_TYPED = new Set(['button', 'checkbox', 'radio', 'submit', 'reset', 'range', 'color', 'file', 'image'])

/** A list of choices counts as a text field, because letters choose in it. */
export function isTextField({ tagName, type = 'text', isContentEditable = false }: KeyTarget): boolean {
  switch (tagName?.toUpperCase()) {
    case 'TEXTAREA':
    case 'SELECT':
      return true
    case 'INPUT':
      return !NOT_TYPED.has(type.toLowerCase())
    default:
      return isContentEditable
  }
}

const isLetter = (key: string): boolean => key.length === 1 && key.toLowerCase() !== key.toUpperCase()

/** The row of a pressed key; undefined if the key means nothing here. */
export function hotkeyOf(pressed: PressedKey, target: KeyTarget): Hotkey | undefined {
  const { key, shiftKey, ctrlKey, altKey, metaKey, repeat, isComposing } = pressed
  if (ctrlKey || altKey || metaKey || repeat || isComposing || isTextField(target)) return undefined
  const wanted = key.toLowerCase()
  return HOTKEYS.find((row) => row.key === wanted && (!isLetter(key) || (row.shift ?? false) === shiftKey))
}
