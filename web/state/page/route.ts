/** Which page of the screen is shown, from the part of the address behind `#`. */

import { type ReadonlySignal, signal } from '@preact/signals'

export type Route = 'trade' | 'operations'

const present = signal<Route>('trade')

export const route: ReadonlySignal<Route> = present

export const routeOf = (hash: string): Route => (hash === '#/operations' ? 'operations' : 'trade')

/** Goes to the trading page, for what is only there. */
export function goToTrading(): void {
  if (present.peek() !== 'trade') location.hash = '#/'
}

export function startRoute(): void {
  const read = (): void => {
    present.value = routeOf(location.hash)
  }
  addEventListener('hashchange', read)
  read()
}
