/**
 * Checks the smallest and the largest quantity of an order. An operator may change both at any time. They are
 * checked only when an order is placed or amended, so that open orders stay.
 */

import type { Instrument } from '../protocol/instrument/instrument.ts'
import { Rejection } from '../protocol/rejection.ts'
import { formatStepsShort, type Lots } from '../protocol/units.ts'
import type { EntryRejection } from './entry-codes.ts'

/** Rejections: quantity_below_minimum, quantity_above_maximum. */
export function boundsRejection(
  quantity: Lots,
  { symbol, lot, minQuantity, maxQuantity }: Instrument,
): EntryRejection | undefined {
  if (minQuantity !== undefined && quantity < minQuantity) {
    const detail = `The smallest order of ${symbol} is ${formatStepsShort(minQuantity, lot)}.`
    return new Rejection('quantity_below_minimum', detail, 'quantity')
  }
  if (maxQuantity !== undefined && quantity > maxQuantity) {
    const detail = `The largest order of ${symbol} is ${formatStepsShort(maxQuantity, lot)}.`
    return new Rejection('quantity_above_maximum', detail, 'quantity')
  }
  return undefined
}
