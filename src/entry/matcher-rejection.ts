/**
 * A rejection by the matcher of a command whose outcome the request waited for. The command is in the order
 * stream. A command that order entry rejects is not.
 */

import type { RejectReason } from '../protocol/reasons.ts'
import { Rejection } from '../protocol/rejection.ts'

/** The rule that failed, in the words of docs/reference/rejections.md. */
export const MATCHER_DETAILS: Readonly<Record<RejectReason, string>> = {
  duplicate_order_id: 'The account has another open order with this id.',
  order_not_open: 'The order to cancel or amend is not open.',
  instrument_exists: 'The symbol is already defined.',
  instrument_closed: 'The instrument is closed.',
  symbol_halted: 'The phase of the symbol is HALTED.',
  symbol_closed: 'The phase of the symbol is CLOSED.',
  phase_unchanged: 'The symbol is already in this phase.',
  rules_not_newer: 'The symbol already follows this version of the rules, or a newer one.',
  min_quantity_above_max: 'The smallest order of the instrument would be above the largest.',
  quantity_not_above_filled: 'The new quantity of an amendment does not exceed the filled quantity.',
  price_outside_band: "The price is below the lower or above the upper bound of the symbol's price band.",
  book_full: 'The book has the largest possible number of orders.',
  post_only_would_cross: 'A post-only order would trade at once, or would do so after the amendment.',
}

export class MatcherRejection extends Rejection<RejectReason> {
  constructor(reason: RejectReason) {
    super(reason, MATCHER_DETAILS[reason])
  }
}
