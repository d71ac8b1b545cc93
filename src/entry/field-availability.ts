/**
 * Checks that a command has only fields and phases of the rules that its symbol follows. An older program must be
 * able to read the log of a symbol that has not adopted newer rules, so what only newer rules have is rejected.
 */

import { phaseSince, type TradingPhase } from '../protocol/command/trading-phases.ts'
import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import { OPTIONAL_FIELDS, type OptionalField, requestNameOf } from '../protocol/order/order-fields.ts'
import { Rejection } from '../protocol/rejection.ts'
import { RULES_OLDEST } from '../protocol/versions.ts'
import type { EntryRejection } from './entry-codes.ts'
import type { OrderFields } from './order-fields.ts'

/** All other fields are available under every version of the rules and need no check. */
const LATER_FIELDS = OPTIONAL_FIELDS.filter(({ since }) => since > RULES_OLDEST)

type Ruled = Pick<ListedInstrument, 'symbol' | 'rules'>

/** Rejections: field_not_available. */
export function unavailableField(
  asked: OrderFields,
  instrument: Ruled,
  fields: readonly OptionalField[] = LATER_FIELDS,
): EntryRejection | undefined {
  for (const field of fields) {
    const name = requestNameOf(field)
    const value = asked[name as keyof OrderFields]
    if (field.since <= instrument.rules || value === undefined || value === false) continue
    return notAvailable(name, field.since, instrument, name)
  }
  return undefined
}

/** Rejections: field_not_available. */
export function unavailablePhase(
  phase: TradingPhase,
  instrument: Ruled,
  since = phaseSince(phase),
): EntryRejection | undefined {
  return since <= instrument.rules ? undefined : notAvailable(phase, since, instrument, 'phase')
}

function notAvailable(what: string, since: number, { symbol, rules }: Ruled, field: string): EntryRejection {
  const detail = `${what} is available from rules ${since}; ${symbol} follows rules ${rules}.`
  return new Rejection('field_not_available', `${detail} An operator adopts rules ${since} with POST /rules.`, field)
}
