/** Whether the exchange would reject a price band, by its rules for prices. */

import { countSteps, type DecimalFault, type Step } from '../../../src/protocol/units.ts'

export interface Band {
  /** Empty text: no bound. */
  readonly low: string
  readonly high: string
}

const CODES: Readonly<Record<DecimalFault, string>> = {
  not_a_decimal: 'price_not_a_decimal',
  not_positive: 'price_not_positive',
  off_step: 'price_not_on_tick',
  too_large: 'price_too_large',
}

/** The code of the first fault; undefined: there is none that the screen can see. */
export function bandFault({ tick }: { readonly tick: Step }, { low, high }: Band): string | undefined {
  const [least, most] = [low, high].map((text) => (text === '' ? undefined : countSteps(text, tick)))
  for (const bound of [least, most]) if (typeof bound === 'string') return CODES[bound]
  if (least === undefined || most === undefined) return undefined
  return least > most ? 'band_low_above_high' : undefined
}
