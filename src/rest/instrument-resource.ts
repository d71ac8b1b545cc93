/** An instrument as the routes return it, and the look-up of the instrument in a path. */

import type { ProblemCode } from '../api/problems.ts'
import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { formatSteps, formatStepsShort } from '../protocol/units.ts'
import type { Call } from './route.ts'

/** The instrument that the path names. Rejections: instrument_not_found. */
export function pathInstrument({ ports, http }: Call): ListedInstrument | Rejection<ProblemCode> {
  return (
    ports.instruments.get(http.param('symbol')) ??
    new Rejection('instrument_not_found', 'No instrument has this symbol.')
  )
}

export function instrumentResource(instrument: ListedInstrument) {
  const { symbol, base, quote, tick, lot, text, quantityMax, phase, closed, bandLow, bandHigh, rules } = instrument
  const { minQuantity = 1, maxQuantity = quantityMax } = instrument
  return {
    symbol,
    base,
    quote,
    tickSize: text.tickSize,
    lotSize: text.lotSize,
    // A bound that excludes no quantity is shown as no bound.
    minQuantity: minQuantity === 1 ? null : formatStepsShort(minQuantity, lot),
    maxQuantity: maxQuantity === quantityMax ? null : formatStepsShort(maxQuantity, lot),
    priceMax: formatSteps(PRICE_TICKS_MAX, tick),
    quantityMax: formatStepsShort(quantityMax, lot),
    phase,
    closed,
    // A bound of one tick, or of priceMax, excludes no price: it cannot be told from no bound, so both are shown.
    priceBand:
      bandLow === null && bandHigh === null
        ? null
        : { low: formatSteps(bandLow ?? 1, tick), high: formatSteps(bandHigh ?? PRICE_TICKS_MAX, tick) },
    rules,
  }
}
