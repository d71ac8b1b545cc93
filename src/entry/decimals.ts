/**
 * Prices and quantities as callers send them: a number or decimal text. Each is converted to a whole number
 * of the instrument's ticks or lots, or to one of four rejections. Nothing is rounded. A dialect must pass a
 * number that a double cannot represent exactly as text.
 */

import type { Instrument } from '../protocol/instrument/instrument.ts'
import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import {
  countSteps,
  decimalText,
  formatSteps,
  formatStepsShort,
  type Lots,
  type Step,
  type Ticks,
} from '../protocol/units.ts'
import type { EntryRejection } from './entry-codes.ts'

/** A decimal as a dialect has parsed it. */
export type DecimalInput = string | number

/** Rejections: price_not_a_decimal, price_not_positive, price_too_large, price_not_on_tick. */
export function priceOf(value: DecimalInput, { symbol, tick }: Instrument, field = 'price'): Ticks | EntryRejection {
  const text = textOf(value)
  const count = steps(text, tick, PRICE_TICKS_MAX)
  if (typeof count === 'number') return count as Ticks
  switch (count) {
    case 'not_a_decimal':
      return new Rejection('price_not_a_decimal', `${field} must be a decimal such as 50000.25.`, field)
    case 'not_positive':
      return new Rejection('price_not_positive', `${field} must be above zero.`, field)
    case 'too_large':
      return new Rejection('price_too_large', `${field} is at most ${formatSteps(PRICE_TICKS_MAX, tick)}.`, field)
    case 'off_step':
      return new Rejection('price_not_on_tick', `${symbol} is priced in steps of ${formatSteps(1, tick)}.`, field)
  }
}

/** Rejections: quantity_not_a_decimal, quantity_not_positive, quantity_too_large, quantity_not_on_lot. */
export function quantityOf(
  value: DecimalInput,
  { symbol, lot, quantityMax }: Instrument,
  field = 'quantity',
): Lots | EntryRejection {
  const text = textOf(value)
  const count = steps(text, lot, quantityMax)
  if (typeof count === 'number') return count as Lots
  switch (count) {
    case 'not_a_decimal':
      return new Rejection('quantity_not_a_decimal', `${field} must be a decimal such as 1.5.`, field)
    case 'not_positive':
      return new Rejection('quantity_not_positive', `${field} must be above zero.`, field)
    case 'too_large': {
      const largest = formatStepsShort(quantityMax, lot)
      return new Rejection('quantity_too_large', `${field} is at most ${largest}.`, field)
    }
    case 'off_step': {
      const size = formatSteps(1, lot)
      return new Rejection('quantity_not_on_lot', `${symbol} is traded in lots of ${size}.`, field)
    }
  }
}

function steps(text: string, step: Step, countMax: number) {
  const count = countSteps(text, step)
  if (typeof count === 'number') return count > countMax ? 'too_large' : count
  // too_large has precedence over off_step, but countSteps returns the first fault that it finds.
  if (count === 'off_step' && Number(text) > (countMax * step.multiple) / 10 ** step.decimals) return 'too_large'
  return count
}

const textOf = (value: DecimalInput): string => (typeof value === 'number' ? decimalText(value) : value)
