/** Writes and reads the optional fields of an order in a line of JSON, by the table of order-fields.ts. */

import { type Fields, oneOf, priceOf, quantityOf } from '../command/command-fields.ts'
import { MalformedCommand } from '../command/undecodable-line.ts'
import type { Instrument } from '../instrument/instrument.ts'
import { formatSteps, formatStepsShort } from '../units.ts'
import type { FieldsByName } from './optional-fields.ts'
import { OPTIONAL_FIELDS, type OptionalField, type OptionalOrderFields } from './order-fields.ts'

/** The table as objects of one shape, which are faster to read, with the text before each value. */
const ENCODED = OPTIONAL_FIELDS.map(({ name, kind }) => ({ name, kind, begin: `,"${name}":` }))

/** The optional fields of an order as they follow its core fields in a line: `,"postOnly":true` and so on. */
export function encodeOptionalFields(order: OptionalOrderFields, instrument: Instrument): string {
  let line = ''
  for (const { name, kind, begin } of ENCODED) {
    const value = order[name]
    if (value !== undefined) line += begin + encodeValue(kind, value, instrument)
  }
  return line
}

/** A value as JSON. Words need no escapes, because none has a quote or a backslash. */
export function encodeValue(
  kind: OptionalField['kind'],
  value: string | number | boolean,
  instrument: Instrument,
): string {
  switch (kind) {
    case 'flag':
    case 'time':
      return String(value)
    case 'word':
      return `"${value}"`
    case 'ticks':
      return `"${formatSteps(value as number, instrument.tick)}"`
    case 'lots':
      return `"${formatStepsShort(value as number, instrument.lot)}"`
    case 'text':
      return JSON.stringify(value)
  }
}

/** Adds the optional fields of `raw` to `order`, which has its core fields already. Throws MalformedCommand. */
export function decodeOptionalFields(raw: Fields, instrument: Instrument, order: object): void {
  for (const field of OPTIONAL_FIELDS) {
    if (raw[field.name] === undefined) continue
    const value = decodeValue(field, raw[field.name], instrument)
    // A flag that is false equals an absent one.
    if (value !== false) (order as FieldsByName)[field.name] = value
  }
  const misplaced = misplacedField(order)
  if (misplaced !== undefined) {
    throw new MalformedCommand(`${misplaced.name} is for ${misplaced.onlyWith?.word} orders`)
  }
}

const CONDITIONAL_FIELDS = OPTIONAL_FIELDS.filter(({ onlyWith }) => onlyWith !== undefined)

/** A field that an order must not have, or must have, by the rule `onlyWith` of the table. */
export function misplacedField(order: Fields | object): OptionalField | undefined {
  for (const field of CONDITIONAL_FIELDS) {
    const { name, onlyWith } = field as Required<OptionalField>
    const wanted = (order as Fields)[onlyWith.field] === onlyWith.word
    if (wanted !== ((order as Fields)[name] !== undefined)) return field
  }
  return undefined
}

function decodeValue(field: OptionalField, value: unknown, instrument: Instrument): unknown {
  switch (field.kind) {
    case 'flag':
      if (typeof value !== 'boolean') throw new MalformedCommand(field.name)
      return value
    case 'time':
      if (!Number.isSafeInteger(value)) throw new MalformedCommand(field.name)
      return value
    case 'word':
      return oneOf(field.words, value, field.name)
    case 'ticks':
      return priceOf(value, instrument.tick, field.name)
    case 'lots':
      return quantityOf(value, instrument, field.name)
    case 'text':
      if (typeof value !== 'string' || !field.pattern.test(value)) throw new MalformedCommand(field.name)
      return value
  }
}
