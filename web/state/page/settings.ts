/** The user's choices. They are kept in the browser, under one key, and take effect at once. */

import { effect, type Signal, signal } from '@preact/signals'
import { type Settings, settingsOf, settingsText } from './kept-settings.ts'
import { readStored, writeStored } from './stored-values.ts'

export type { Palette, Theme, Zone } from './kept-settings.ts'

const KEY = 'bidding-exchange.screen'
const stored = settingsOf(readStored('localStorage', KEY))

type Choices = { readonly [N in keyof Settings]: Signal<Settings[N]> }

export const theme = signal(stored.theme)
export const palette = signal(stored.palette)
export const hotkeysOn = signal(stored.hotkeysOn)
export const timeZone = signal(stored.timeZone)
/** The symbol on the screen; empty until the instruments are known. */
export const symbol = signal(stored.symbol)
export const interval = signal(stored.interval)
/** By symbol: how many ticks a row of the book has. */
export const grouping = signal(stored.grouping)
export const watchList = signal(stored.watchList)
export const bookView = signal(stored.bookView)
export const chartView = signal(stored.chartView)
/** Ask before each order. */
export const confirmOrders = signal(stored.confirmOrders)

const choices: Choices = {
  theme,
  palette,
  hotkeysOn,
  timeZone,
  symbol,
  interval,
  grouping,
  watchList,
  bookView,
  chartView,
  confirmOrders,
}

effect(() => {
  const entries = Object.entries(choices).map(([name, choice]) => [name, choice.value])
  writeStored('localStorage', KEY, settingsText(Object.fromEntries(entries)))
})

export function toggleWatched(name: string): void {
  const names = watchList.peek()
  watchList.value = names.includes(name) ? names.filter((other) => other !== name) : [...names, name]
}
