/** What is traded: a symbol and the sizes of its price and quantity steps. */

import { QUANTITY_LOTS_MAX, SYMBOL_PATTERN } from './limits.ts'
import { formatStep, type Lots, lots, parseStep, type Step } from './units.ts'

export interface Instrument {
  readonly symbol: string
  /** What is bought and sold, e.g. BTC. */
  readonly base: string
  /** What it is paid with, e.g. USD. */
  readonly quote: string
  readonly tick: Step
  readonly lot: Step
  /** Lots in the largest order accepted. */
  readonly quantityMax: Lots
}

/** An instrument as text, in configuration and in `GET /instruments`. */
export interface InstrumentText {
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly tickSize: string
  readonly lotSize: string
}

/** Reads an instrument. Throws RangeError with the reason if it is none. */
export function parseInstrument(text: InstrumentText): Instrument {
  if (!SYMBOL_PATTERN.test(text.symbol))
    throw new RangeError(`symbol ${JSON.stringify(text.symbol)} must match ${SYMBOL_PATTERN}`)
  const lot = parseStep(text.lotSize)
  return {
    symbol: text.symbol,
    base: text.base,
    quote: text.quote,
    tick: parseStep(text.tickSize),
    lot,
    quantityMax: lots(Math.floor(QUANTITY_LOTS_MAX / lot.multiple)),
  }
}

export function instrumentText(instrument: Instrument): InstrumentText {
  return {
    symbol: instrument.symbol,
    base: instrument.base,
    quote: instrument.quote,
    tickSize: formatStep(instrument.tick),
    lotSize: formatStep(instrument.lot),
  }
}

/** What an exchange trades that was told nothing else. BTCUSD is the guide's. */
export const DEMO_INSTRUMENTS: readonly InstrumentText[] = [
  { symbol: 'BTCUSD', base: 'BTC', quote: 'USD', tickSize: '0.01', lotSize: '0.00000001' },
  { symbol: 'ETHUSD', base: 'ETH', quote: 'USD', tickSize: '0.01', lotSize: '0.00000001' },
  { symbol: 'ENERGY-DE', base: 'MWh', quote: 'EUR', tickSize: '0.01', lotSize: '0.1' },
]
