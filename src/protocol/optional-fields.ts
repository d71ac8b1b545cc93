/**
 * What commands, events and records do with the optional fields of an order, by the table of order-fields.ts:
 * copy, record and compare them. Object shapes stay few: optional keys are added to a finished literal, in the
 * order of the table.
 */

import {
  hasOptionalFields,
  OPTIONAL_FIELDS,
  type OptionalFieldName,
  type OptionalFieldTable,
  type OptionalOrderFields,
  type RecordedOrderFields,
} from './order-fields.ts'

/** Fields by name, for loops over the table: what a name holds is checked by the types outside. */
export type FieldsByName = Partial<Record<OptionalFieldName, unknown>>

const FIRST_FIELDS = OPTIONAL_FIELDS.filter(({ since }) => since === 1)

/** The recorded fields of an order that has none of the optional ones. */
export const NO_RECORDED_FIELDS = Object.fromEntries(
  FIRST_FIELDS.map((field) => [field.name, field.default ?? null]),
) as RecordedOrderFields

type ExtraName = {
  [N in OptionalFieldName]: OptionalFieldTable[N] extends { readonly optionBits: true } ? never : N
}[OptionalFieldName]

/** The optional fields that option bits do not hold. Few orders have any, so they are kept apart. */
export type OrderExtras = Pick<OptionalOrderFields, ExtraName>

const EXTRAS = OPTIONAL_FIELDS.filter(({ optionBits }) => optionBits === undefined).map(({ name }) => name as ExtraName)

/** The extras of an order; undefined if it has none. */
export function extrasOf(order: OrderExtras): OrderExtras | undefined {
  if (!hasOptionalFields(order)) return undefined
  let extras: FieldsByName | undefined
  for (const name of EXTRAS) {
    if (order[name] === undefined) continue
    extras ??= {}
    extras[name] = order[name]
  }
  return extras as OrderExtras | undefined
}

/** Adds to `to` the optional fields that `from` has. */
export function copyOptionalFields(from: OptionalOrderFields, to: object): void {
  for (const { name } of OPTIONAL_FIELDS) if (from[name] !== undefined) (to as FieldsByName)[name] = from[name]
}

/** Whether an order, or the record of one, has the optional fields of another, however defaults are spelled. */
export function sameOptionalFields(
  known: RecordedOrderFields | OptionalOrderFields,
  order: OptionalOrderFields,
): boolean {
  for (const { name, default: absent = null } of OPTIONAL_FIELDS) {
    if ((known[name] ?? absent) !== (order[name] ?? absent)) return false
  }
  return true
}
