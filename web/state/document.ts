/** What the page shows outside its body: the title with the last price, and the colours of the theme. */

import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import { ticker } from './market/market.ts'
import { dialog } from './page/layout.ts'
import { route } from './page/route.ts'
import { palette, symbol, theme } from './page/settings.ts'
import { nowMs } from './session/connection.ts'
import { groupThousands } from './text/format.ts'

const systemIsLight = signal(false)

/** The theme that is shown, for what draws on a canvas. */
export const shownTheme: ReadonlySignal<'dark' | 'light'> = computed(() =>
  theme.value === 'system' ? (systemIsLight.value ? 'light' : 'dark') : theme.value,
)

export function startDocument(): void {
  const light = matchMedia('(prefers-color-scheme: light)')
  const look = (): void => {
    systemIsLight.value = light.matches
  }
  light.addEventListener('change', look)
  look()
  effect(() => {
    const { dataset } = document.documentElement
    dataset.theme = shownTheme.value
    dataset.palette = palette.value
  })
  // Another page closes the dialog of the one before.
  effect(() => {
    void route.value
    dialog.value = undefined
  })
  effect(() => {
    // Once a second: a browser takes long to draw a title.
    void nowMs.value
    const { last } = ticker.peek().ticker ?? {}
    document.title = titleOf(route.value, symbol.value, last ?? null)
  })
}

export function titleOf(shown: 'trade' | 'operations', name: string, last: string | null): string {
  if (shown === 'operations') return 'Operations · Bidding Exchange'
  if (name === '') return 'Bidding Exchange'
  return last === null ? `${name} · Bidding Exchange` : `${groupThousands(last)} ${name} · Bidding Exchange`
}
