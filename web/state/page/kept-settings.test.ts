import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS, settingsOf, settingsText } from './kept-settings.ts'

test('what was kept comes back', () => {
  const chosen = {
    ...DEFAULT_SETTINGS,
    theme: 'light',
    interval: '4h',
    grouping: { BTCUSD: 100 },
    watchList: ['ETHUSD'],
  } as const
  expect(settingsOf(settingsText(chosen))).toEqual(chosen)
})

test.each([
  ['nothing', undefined],
  ['no JSON', '{'],
  ['no object', '"dark"'],
  ['another version', settingsText({ ...DEFAULT_SETTINGS, theme: 'dark' }).replace('"version":1', '"version":2')],
])('%s: the defaults', (_, text) => expect(settingsOf(text)).toEqual(DEFAULT_SETTINGS))

test('a wrong field has its default, and the others stay', () => {
  const text = JSON.stringify({
    version: 1,
    theme: 'pink',
    interval: '2m',
    grouping: { BTCUSD: 0.5 },
    watchList: [1],
    symbol: 'x'.repeat(65),
    hotkeysOn: false,
    added: true,
  })
  expect(settingsOf(text)).toEqual({ ...DEFAULT_SETTINGS, hotkeysOn: false })
})
