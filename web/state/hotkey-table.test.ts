import { expect, it } from 'vitest'
import { HOTKEYS, hotkeyOf, hotkeyText, isTextField, type PressedKey } from './hotkey-table.ts'

const plain = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, repeat: false, isComposing: false }
const press = (key: string, more: Partial<PressedKey> = {}, target = {}) =>
  hotkeyOf({ key, ...plain, ...more }, target)?.action

it('finds the action of a key', () => {
  expect(press('b')).toBe('buy')
  expect(press('S', { shiftKey: false })).toBe('sell')
  expect(press('c')).toBe('cancelLast')
  expect(press('C', { shiftKey: true })).toBe('cancelAll')
  expect(press('B', { shiftKey: true })).toBeUndefined()
  expect(press('1')).toBe('interval 1s')
  expect(press('7')).toBe('interval 1d')
  expect(press('x')).toBeUndefined()
})

it('takes characters that need Shift on some keyboards', () => {
  expect(press('?', { shiftKey: true })).toBe('keys')
  expect(press('/', { shiftKey: true })).toBe('search')
  expect(press('2', { shiftKey: true })).toBe('interval 1m')
})

it('does nothing with modifiers, while a key is held, and while text is composed', () => {
  for (const more of [
    { ctrlKey: true },
    { altKey: true },
    { metaKey: true },
    { repeat: true },
    { isComposing: true },
  ]) {
    expect(press('c', more)).toBeUndefined()
  }
})

it('does nothing while one types', () => {
  for (const target of [
    { tagName: 'INPUT' },
    { tagName: 'input', type: 'search' },
    { tagName: 'INPUT', type: 'datetime-local' },
    { tagName: 'TEXTAREA' },
    { tagName: 'SELECT' },
    { tagName: 'DIV', isContentEditable: true },
  ]) {
    expect(isTextField(target)).toBe(true)
    expect(press('c', {}, target)).toBeUndefined()
  }
  for (const target of [{ tagName: 'BODY' }, { tagName: 'BUTTON' }, { tagName: 'INPUT', type: 'checkbox' }]) {
    expect(press('c', {}, target)).toBe('cancelLast')
  }
})

it('has no key twice', () => {
  const shown = HOTKEYS.map(hotkeyText)
  expect(new Set(shown).size).toBe(shown.length)
})
