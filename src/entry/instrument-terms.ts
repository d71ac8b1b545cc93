/**
 * Converts the terms of an instrument, as an operator sends them, to the fields of a command. Names match their
 * patterns; sizes and bounds are decimal text in its shortest form. An invalid field is rejected by name,
 * because a command that cannot be decoded must not enter the order stream.
 */

import { type Instrument, type InstrumentText, parseInstrument } from '../protocol/instrument/instrument.ts'
import {
  ASSET_PATTERN,
  OPERATOR_REASON_LENGTH_MAX,
  OPERATOR_REASON_PATTERN,
  SYMBOL_PATTERN,
} from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { formatStep, formatStepsShort, type Lots, lots, parseStep } from '../protocol/units.ts'
import { RULES_FIRST } from '../protocol/versions.ts'
import { type DecimalInput, quantityOf, textOf } from './decimals.ts'
import type { EntryRejection } from './entry-codes.ts'
import { isTextLike } from './field-types.ts'

export interface InstrumentFields {
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly tickSize: DecimalInput
  readonly lotSize: DecimalInput
  readonly minQuantity?: DecimalInput | undefined
  readonly maxQuantity?: DecimalInput | undefined
}

/** null removes a bound. */
export interface AskedBounds {
  readonly minQuantity?: DecimalInput | null | undefined
  readonly maxQuantity?: DecimalInput | null | undefined
}

/**
 * The terms of a valid instrument. Rejections: missing_field, invalid_value, invalid_step_size, those of a
 * quantity, min_quantity_above_max.
 */
export function instrumentTerms(fields: InstrumentFields): InstrumentText | EntryRejection {
  for (const name of ['symbol', 'base', 'quote', 'tickSize', 'lotSize'] as const) {
    if (fields[name] === undefined) return new Rejection('missing_field', `${name} is required.`, name)
  }
  const { symbol, base, quote } = fields
  if (!isTextLike(SYMBOL_PATTERN, symbol)) return notAllowed('symbol', SYMBOL_PATTERN)
  const named = assetRejection({ base, quote })
  if (named !== undefined) return named
  const tickSize = sizeOf(fields.tickSize, 'tickSize')
  if (tickSize instanceof Rejection) return tickSize
  const lotSize = sizeOf(fields.lotSize, 'lotSize')
  if (lotSize instanceof Rejection) return lotSize
  const terms = { symbol, base, quote, tickSize, lotSize }
  const bounds = boundsOf(fields, parseInstrument(terms))
  return bounds instanceof Rejection ? bounds : { ...terms, ...bounds }
}

/** Rejections: invalid_value. */
export function assetRejection(names: {
  readonly base?: string | undefined
  readonly quote?: string | undefined
}): EntryRejection | undefined {
  for (const field of ['base', 'quote'] as const) {
    const name = names[field]
    if (name !== undefined && !isTextLike(ASSET_PATTERN, name)) return notAllowed(field, ASSET_PATTERN)
  }
  return undefined
}

/** Rejections: invalid_value. */
export function reasonRejection(reason: string | undefined, rules: number): EntryRejection | undefined {
  if (reason === undefined) return undefined
  // The program of rules 1, which may be installed again, counts UTF-16 units: two for an emoji.
  const isShort = rules > RULES_FIRST || reason.length <= OPERATOR_REASON_LENGTH_MAX
  if (isTextLike(OPERATOR_REASON_PATTERN, reason) && isShort) return undefined
  const detail = `reason must have 1 to ${OPERATOR_REASON_LENGTH_MAX} characters and no control characters.`
  return new Rejection('invalid_value', detail, 'reason')
}

/**
 * The requested bounds as decimal text. A bound that is not requested does not change. To remove a bound, the
 * command sets it to the smallest or the largest possible quantity. Rejections: those of a quantity,
 * min_quantity_above_max.
 */
export function boundsOf(
  { minQuantity, maxQuantity }: AskedBounds,
  instrument: Instrument,
): { minQuantity?: string; maxQuantity?: string } | EntryRejection {
  const least = boundOf(minQuantity, 'minQuantity', lots(1), instrument)
  if (least instanceof Rejection) return least
  const most = boundOf(maxQuantity, 'maxQuantity', instrument.quantityMax, instrument)
  if (most instanceof Rejection) return most
  if ((least ?? instrument.minQuantity ?? 1) > (most ?? instrument.maxQuantity ?? instrument.quantityMax)) {
    return new Rejection('min_quantity_above_max', 'minQuantity is above maxQuantity.', 'minQuantity')
  }
  return {
    ...(least !== undefined && { minQuantity: formatStepsShort(least, instrument.lot) }),
    ...(most !== undefined && { maxQuantity: formatStepsShort(most, instrument.lot) }),
  }
}

function boundOf(
  asked: DecimalInput | null | undefined,
  field: string,
  lifted: Lots,
  instrument: Instrument,
): Lots | undefined | EntryRejection {
  if (asked === undefined) return undefined
  return asked === null ? lifted : quantityOf(asked, instrument, field)
}

/** The size of a tick or lot. Rejections: invalid_step_size. */
function sizeOf(value: DecimalInput, field: 'tickSize' | 'lotSize'): string | EntryRejection {
  try {
    return formatStep(parseStep(textOf(value)))
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    // The rest of the message repeats the caller's text, which may have any length.
    return new Rejection('invalid_step_size', `${field}: ${cause.message.split(': ')[0]}.`, field)
  }
}

const notAllowed = (field: string, pattern: RegExp): EntryRejection =>
  new Rejection('invalid_value', `${field} must match ${pattern.source}.`, field)
