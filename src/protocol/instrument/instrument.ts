/** An instrument: a symbol and the sizes of its price and quantity steps. */

import { invariant } from '../assert.ts'
import { ASSET_PATTERN, QUANTITY_LOTS_MAX, SYMBOL_PATTERN } from '../limits.ts'
import { countSteps, formatStep, formatStepsShort, type Lots, lots, parseStep, type Step } from '../units.ts'

export interface Instrument {
  readonly symbol: string
  /** The asset that is bought and sold, e.g. BTC. */
  readonly base: string
  /** The asset in which prices are, e.g. USD. */
  readonly quote: string
  readonly tick: Step
  readonly lot: Step
  /** The largest quantity in lots whose decimal text is exact. */
  readonly quantityMax: Lots
  /** The smallest and largest quantity of a new order. A change does not affect open orders. */
  readonly minQuantity?: Lots
  readonly maxQuantity?: Lots
}

/** An instrument as text, in configuration and in `GET /instruments`. */
export interface InstrumentText {
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly tickSize: string
  readonly lotSize: string
  readonly minQuantity?: string
  readonly maxQuantity?: string
}

/** Reads an instrument. Throws RangeError with the reason if the text is invalid. */
export function parseInstrument(text: InstrumentText): Instrument {
  if (!SYMBOL_PATTERN.test(text.symbol))
    throw new RangeError(`symbol ${JSON.stringify(text.symbol)} must match ${SYMBOL_PATTERN}`)
  // A definition that does not decode would make all orders of its symbol unreadable.
  for (const name of ['base', 'quote'] as const) {
    if (!ASSET_PATTERN.test(text[name]))
      throw new RangeError(`${name} ${JSON.stringify(text[name])} must match ${ASSET_PATTERN}`)
  }
  const lot = parseStep(text.lotSize)
  const quantityMax = lots(Math.floor(QUANTITY_LOTS_MAX / lot.multiple))
  const { minQuantity, maxQuantity } = text
  const least = minQuantity === undefined ? undefined : quantity('minQuantity', minQuantity, lot, quantityMax)
  const most = maxQuantity === undefined ? undefined : quantity('maxQuantity', maxQuantity, lot, quantityMax)
  if (least !== undefined && most !== undefined && least > most)
    throw new RangeError('minQuantity is above maxQuantity')
  return {
    symbol: text.symbol,
    base: text.base,
    quote: text.quote,
    tick: parseStep(text.tickSize),
    lot,
    quantityMax,
    ...(least !== undefined && { minQuantity: least }),
    ...(most !== undefined && { maxQuantity: most }),
  }
}

function quantity(name: string, text: string, lot: Step, quantityMax: Lots): Lots {
  const count = countSteps(text, lot)
  if (typeof count !== 'number') throw new RangeError(`${name} ${text}: ${count}`)
  if (count > quantityMax) throw new RangeError(`${name} ${text}: too_large`)
  return lots(count)
}

/** The fields of the instrument, with sizes in their shortest form. */
export function instrumentOf(text: InstrumentText): InstrumentText {
  const { symbol, base, quote, minQuantity, maxQuantity } = text
  return {
    symbol,
    base,
    quote,
    tickSize: formatStep(parseStep(text.tickSize)),
    lotSize: formatStep(parseStep(text.lotSize)),
    ...(minQuantity !== undefined && { minQuantity }),
    ...(maxQuantity !== undefined && { maxQuantity }),
  }
}

/** An instrument as text. */
export function instrumentText(instrument: Instrument): InstrumentText {
  const { symbol, base, quote, lot, minQuantity, maxQuantity } = instrument
  return {
    symbol,
    base,
    quote,
    tickSize: formatStep(instrument.tick),
    lotSize: formatStep(lot),
    ...(minQuantity !== undefined && { minQuantity: formatStepsShort(minQuantity, lot) }),
    ...(maxQuantity !== undefined && { maxQuantity: formatStepsShort(maxQuantity, lot) }),
  }
}

/** The fields of an instrument that can change. */
export type InstrumentChange = Partial<Omit<InstrumentText, 'symbol' | 'tickSize' | 'lotSize'>>

export function changedInstrument(instrument: InstrumentText, change: InstrumentChange): InstrumentText {
  const { base, quote, minQuantity, maxQuantity } = change
  return {
    ...instrument,
    ...(base !== undefined && { base }),
    ...(quote !== undefined && { quote }),
    ...(minQuantity !== undefined && { minQuantity }),
    ...(maxQuantity !== undefined && { maxQuantity }),
  }
}

/** Whether the smallest order would be above the largest. Asserts that both are whole lots. */
export function boundsCross({ lotSize, minQuantity, maxQuantity }: InstrumentText): boolean {
  if (minQuantity === undefined || maxQuantity === undefined) return false
  const lot = parseStep(lotSize)
  const [least, most] = [countSteps(minQuantity, lot), countSteps(maxQuantity, lot)]
  invariant(typeof least === 'number' && typeof most === 'number', 'bounds are whole lots')
  return least > most
}

/** The instruments of an exchange without configuration. The guide uses BTCUSD. */
export const DEMO_INSTRUMENTS: readonly InstrumentText[] = [
  { symbol: 'BTCUSD', base: 'BTC', quote: 'USD', tickSize: '0.01', lotSize: '0.00000001' },
  { symbol: 'ETHUSD', base: 'ETH', quote: 'USD', tickSize: '0.01', lotSize: '0.00000001' },
  { symbol: 'ENERGY-DE', base: 'MWh', quote: 'EUR', tickSize: '0.01', lotSize: '0.1' },
]
