/**
 * Prices and quantities as callers write them: a JSON number or a string. Each becomes a whole count
 * of the instrument's ticks or lots, or one of four problems; nothing is rounded.
 */

import type { Instrument } from '../protocol/instrument.ts'
import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import {
  countSteps,
  decimalText,
  formatSteps,
  formatStepsShort,
  type Lots,
  type Step,
  type Ticks,
} from '../protocol/units.ts'
import { NUMBER_MARK } from './exact-json.ts'
import { Problem } from './problems.ts'

/** A decimal as it stands in a parsed body. */
export type DecimalInput = string | number

export const isDecimalInput = (value: unknown): value is DecimalInput =>
  typeof value === 'string' || typeof value === 'number'

/** Problems: price_not_a_decimal, price_not_positive, price_too_large, price_not_on_tick. */
export function priceOf(value: DecimalInput, { symbol, tick }: Instrument, field = 'price'): Ticks | Problem {
  const text = textOf(value)
  const count = steps(text, tick, PRICE_TICKS_MAX)
  if (typeof count === 'number') return count as Ticks
  switch (count) {
    case 'not_a_decimal':
      return new Problem('price_not_a_decimal', `${field} must be a decimal such as 50000.25.`, field)
    case 'not_positive':
      return new Problem('price_not_positive', `${field} must be above zero.`, field)
    case 'too_large':
      return new Problem('price_too_large', `${field} is at most ${formatSteps(PRICE_TICKS_MAX, tick)}.`, field)
    case 'off_step':
      return new Problem('price_not_on_tick', `${symbol} is priced in steps of ${formatSteps(1, tick)}.`, field)
  }
}

/** Problems: quantity_not_a_decimal, quantity_not_positive, quantity_too_large, quantity_not_on_lot. */
export function quantityOf(value: DecimalInput, { symbol, lot, quantityMax }: Instrument): Lots | Problem {
  const text = textOf(value)
  const count = steps(text, lot, quantityMax)
  if (typeof count === 'number') return count as Lots
  switch (count) {
    case 'not_a_decimal':
      return new Problem('quantity_not_a_decimal', 'quantity must be a decimal such as 1.5.', 'quantity')
    case 'not_positive':
      return new Problem('quantity_not_positive', 'quantity must be above zero.', 'quantity')
    case 'too_large': {
      const largest = formatStepsShort(quantityMax, lot)
      return new Problem('quantity_too_large', `quantity is at most ${largest}.`, 'quantity')
    }
    case 'off_step': {
      const size = formatSteps(1, lot)
      return new Problem('quantity_not_on_lot', `${symbol} is traded in lots of ${size}.`, 'quantity')
    }
  }
}

function steps(text: string, step: Step, countMax: number) {
  const count = countSteps(text, step)
  if (typeof count === 'number') return count > countMax ? 'too_large' : count
  // Too large comes before off step, though the count of steps ends at the first it meets.
  if (count === 'off_step' && Number(text) > (countMax * step.multiple) / 10 ** step.decimals) return 'too_large'
  return count
}

function textOf(value: DecimalInput): string {
  if (typeof value === 'number') return decimalText(value)
  return value.startsWith(NUMBER_MARK) ? value.slice(NUMBER_MARK.length) : value
}
