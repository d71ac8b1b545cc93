/**
 * Copies, records and compares the optional fields of orders in commands, events and records, by the table of
 * order-fields.ts. Optional keys are added to a finished literal in the order of the table, so that there are few
 * object shapes.
 */

import {
  OPTIONAL_FIELDS,
  OPTIONAL_ORDER_FIELDS,
  type OptionalFieldName,
  type OptionalOrderFields,
  type OrderField,
  type RecordedFieldsOf,
  type RecordedOrderFields,
} from './order-fields.ts'

/** Fields by name, for loops over the table. The types of the callers check the values. */
export type FieldsByName = Partial<Record<OptionalFieldName, unknown>>

/** The recorded fields of an order without optional fields, by a table of fields. */
export function noRecordedFields<T extends Readonly<Record<string, OrderField>>>(table: T): RecordedFieldsOf<T> {
  const first = Object.entries(table).filter(([, { since }]) => since === 1)
  // The types of single fields do not follow from those of the entries.
  return Object.fromEntries(
    first.map(([name, field]) => [name, field.default ?? null]),
  ) as unknown as RecordedFieldsOf<T>
}

export const NO_RECORDED_FIELDS = noRecordedFields(OPTIONAL_ORDER_FIELDS)

/** Adds to `to` the optional fields that `from` has. */
export function copyOptionalFields(from: OptionalOrderFields, to: object): void {
  for (const { name } of OPTIONAL_FIELDS) if (from[name] !== undefined) (to as FieldsByName)[name] = from[name]
}

/**
 * Whether two orders have the same optional fields. An explicit default equals an absent field. Either may be a
 * record.
 */
export function sameOptionalFields(
  known: RecordedOrderFields | OptionalOrderFields,
  order: OptionalOrderFields,
): boolean {
  for (const { name, default: absent = null } of OPTIONAL_FIELDS) {
    if ((known[name] ?? absent) !== (order[name] ?? absent)) return false
  }
  return true
}
