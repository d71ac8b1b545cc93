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
  type DecimalFault,
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
  const count = steps(value, tick, PRICE_TICKS_MAX)
  if (typeof count === 'number') return count as Ticks
  if (count !== 'off_step') return rejection('price', count, field, '50000.25', formatSteps(PRICE_TICKS_MAX, tick))
  return new Rejection('price_not_on_tick', `${symbol} is priced in steps of ${formatSteps(1, tick)}.`, field)
}

/** Rejections: quantity_not_a_decimal, quantity_not_positive, quantity_too_large, quantity_not_on_lot. */
export function quantityOf(
  value: DecimalInput,
  { symbol, lot, quantityMax }: Instrument,
  field = 'quantity',
): Lots | EntryRejection {
  const count = steps(value, lot, quantityMax)
  if (typeof count === 'number') return count as Lots
  if (count !== 'off_step') return rejection('quantity', count, field, '1.5', formatStepsShort(quantityMax, lot))
  return new Rejection('quantity_not_on_lot', `${symbol} is traded in lots of ${formatSteps(1, lot)}.`, field)
}

/** Plain decimal text. A value that is neither a number nor text becomes '', which is not a decimal. */
export function textOf(value: DecimalInput): string {
  if (typeof value === 'number') return decimalText(value)
  return typeof value === 'string' ? value : ''
}

function steps(value: DecimalInput, step: Step, countMax: number): number | DecimalFault {
  const text = textOf(value)
  const count = countSteps(text, step)
  if (typeof count === 'number') return count > countMax ? 'too_large' : count
  // too_large has precedence over off_step, but countSteps returns the first fault that it finds.
  if (count === 'off_step' && Number(text) > (countMax * step.multiple) / 10 ** step.decimals) return 'too_large'
  return count
}

function rejection(
  what: 'price' | 'quantity',
  fault: Exclude<DecimalFault, 'off_step'>,
  field: string,
  example: string,
  largest: string,
): EntryRejection {
  const details = {
    not_a_decimal: `must be a decimal such as ${example}`,
    not_positive: 'must be above zero',
    too_large: `is at most ${largest}`,
  }
  return new Rejection(`${what}_${fault}`, `${field} ${details[fault]}.`, field)
}
