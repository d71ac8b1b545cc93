/**
 * Checks that an order has only fields of the rules that its symbol follows. An older program must be able to
 * read the log of a symbol that has not adopted newer rules, so fields of newer rules are rejected.
 */

import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import { OPTIONAL_FIELDS, type OptionalField, requestNameOf } from '../protocol/order/order-fields.ts'
import { Rejection } from '../protocol/rejection.ts'
import { RULES_OLDEST } from '../protocol/versions.ts'
import type { EntryRejection } from './entry-codes.ts'
import type { OrderFields } from './order-fields.ts'

/** All other fields are available under every version of the rules and need no check. */
const LATER_FIELDS = OPTIONAL_FIELDS.filter(({ since }) => since > RULES_OLDEST)

/** Rejections: field_not_available. */
export function unavailableField(
  asked: OrderFields,
  { symbol, rules }: Pick<ListedInstrument, 'symbol' | 'rules'>,
  fields: readonly OptionalField[] = LATER_FIELDS,
): EntryRejection | undefined {
  for (const field of fields) {
    const name = requestNameOf(field)
    const value = asked[name as keyof OrderFields]
    if (field.since <= rules || value === undefined || value === false) continue
    const detail = `${name} is available from rules ${field.since}; ${symbol} follows rules ${rules}.`
    return new Rejection(
      'field_not_available',
      `${detail} An operator adopts rules ${field.since} with POST /rules.`,
      name,
    )
  }
  return undefined
}
