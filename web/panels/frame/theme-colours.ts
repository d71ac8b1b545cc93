/** The colours of the present theme and palette, for what draws on a canvas. */

import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { shownTheme } from '../../state/document.ts'
import { palette } from '../../state/page/settings.ts'

const NAMES = ['bg', 'panel', 'raised', 'line', 'control-line', 'text', 'dim', 'buy', 'sell', 'accent'] as const

export type Colours = Readonly<Record<(typeof NAMES)[number], string>>

const read = (): Colours => {
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Colours
}

const present = signal<Colours>(read())

export const colours: ReadonlySignal<Colours> = present

effect(() => {
  void shownTheme.value
  void palette.value
  // The attributes of the page are set by then.
  requestAnimationFrame(() => {
    present.value = read()
  })
})

/** `#rrggbb` with an opacity from 0 to 1. */
export const withOpacity = (colour: string, opacity: number): string =>
  `${colour}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`
