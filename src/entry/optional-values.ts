/**
 * Converts the optional fields of a request to those of a command: decimals to ticks and lots, times to
 * milliseconds. Types, words and texts were checked before (order-fields.ts). A flag that is not set is omitted.
 */

import type { Instrument } from '../protocol/instrument/instrument.ts'
import { TIMESTAMP_MS_MAX } from '../protocol/limits.ts'
import type { FieldsByName } from '../protocol/order/optional-fields.ts'
import {
  OPTIONAL_FIELDS,
  type OptionalField,
  type OptionalOrderFields,
  requestNameOf,
} from '../protocol/order/order-fields.ts'
import { Rejection } from '../protocol/rejection.ts'
import { type DecimalInput, priceOf, quantityOf } from './decimals.ts'
import type { EntryRejection } from './entry-codes.ts'
import type { RequestedOptionalFields } from './order-fields.ts'
import { formatTimestamp, parseTimestamp } from './timestamps.ts'

const FIELDS = OPTIONAL_FIELDS.map((field) => ({
  field,
  requested: requestNameOf(field) as keyof RequestedOptionalFields,
}))

/** Rejections: expires_at_not_a_timestamp; those of a price or a quantity. */
export function optionalValues(
  asked: RequestedOptionalFields,
  instrument: Instrument,
): OptionalOrderFields | EntryRejection {
  const values: FieldsByName = {}
  for (const { field, requested } of FIELDS) {
    const value = asked[requested]
    if (value === undefined || value === false) continue
    const read = valueFrom(field, value, requested, instrument)
    if (read instanceof Rejection) return read
    values[field.name] = read
  }
  return values as OptionalOrderFields
}

function valueFrom(
  { kind }: OptionalField,
  value: string | number | true,
  name: string,
  instrument: Instrument,
): string | number | true | EntryRejection {
  switch (kind) {
    case 'flag':
    case 'word':
    case 'text':
      return value
    case 'time':
      return timeOf(value, name)
    case 'ticks':
      return priceOf(value as DecimalInput, instrument, name)
    case 'lots':
      return quantityOf(value as DecimalInput, instrument, name)
  }
}

function timeOf(value: unknown, name: string): number | EntryRejection {
  const timestampMs = typeof value === 'string' ? parseTimestamp(value) : value
  if (Number.isInteger(timestampMs) && (timestampMs as number) <= TIMESTAMP_MS_MAX) return timestampMs as number
  const detail = Number.isInteger(timestampMs)
    ? `${name} is at most ${formatTimestamp(TIMESTAMP_MS_MAX)}.`
    : `${name} must be an RFC 3339 time of at most milliseconds, such as 2030-01-31T12:00:00Z.`
  return new Rejection('expires_at_not_a_timestamp', detail, name)
}
