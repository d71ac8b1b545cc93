/**
 * Every problem that our dialect answers with, in order of precedence: of several faults of one request
 * the first in this table is its problem. A code is permanent and has one status. The codes are those
 * of transport, of order entry and of the matcher, and a few of our own. The OpenAPI document, the page
 * `/docs/problems` and docs/reference/http.md are made from this table or checked against it.
 */

import type { EntryCode } from '../entry/entry-codes.ts'
import { TRANSPORT_STATUSES as TRANSPORT, type TransportCode } from '../http/transport-codes.ts'
import type { RejectReason } from '../protocol/reasons.ts'

interface ProblemKind {
  readonly status: number
  readonly title: string
}

const kind = (status: number, title: string): ProblemKind => ({ status, title })

export const PROBLEMS = {
  // The request.
  misdirected_request: kind(TRANSPORT.misdirected_request, 'The Host header names another machine.'),
  not_found: kind(TRANSPORT.not_found, 'There is nothing at this path.'),
  method_not_allowed: kind(
    TRANSPORT.method_not_allowed,
    'The path exists, but not with this method; see the Allow header.',
  ),
  unauthorized: kind(401, 'An API key is missing or unknown.'),
  forbidden: kind(403, 'The caller may not do this.'),
  invalid_parameter: kind(400, 'A query parameter is unknown, doubled or outside its limits.'),
  instrument_not_found: kind(404, 'No instrument has the symbol in the path.'),
  rate_limited: kind(429, 'The account sends more orders than its limit; see the Retry-After header.'),
  // The body.
  unsupported_media_type: kind(TRANSPORT.unsupported_media_type, 'The body must be application/json.'),
  body_too_large: kind(TRANSPORT.body_too_large, 'The body has more bytes than the limit.'),
  incomplete_body: kind(TRANSPORT.incomplete_body, 'The connection ended before the body did.'),
  invalid_utf8: kind(TRANSPORT.invalid_utf8, 'The body is not UTF-8, or holds the replacement character U+FFFD.'),
  malformed_json: kind(TRANSPORT.malformed_json, 'The body is not JSON, or is nested too deeply.'),
  duplicate_key: kind(TRANSPORT.duplicate_key, 'An object of the body names a field twice.'),
  invalid_body: kind(400, 'The body, or an order of the batch, is not a JSON object.'),
  unknown_field: kind(400, 'A field has a name that is not known here.'),
  missing_field: kind(400, 'A required field is missing.'),
  wrong_type: kind(400, 'A field has the wrong JSON type.'),
  invalid_order_id: kind(400, 'An order id is 1 to 64 of the characters A-Z a-z 0-9 . _ : -, and neither . nor ..'),
  invalid_value: kind(400, 'A field holds a value that it does not allow.'),
  invalid_step_size: kind(422, 'The size of a tick or lot is not one that the exchange can have.'),
  tick_and_lot_fixed: kind(422, 'The tick and the lot of an instrument never change.'),
  batch_empty: kind(422, 'The batch holds no order.'),
  batch_too_long: kind(422, 'The batch holds more orders than the limit.'),
  nothing_to_change: kind(422, 'The body names nothing to change.'),
  // What the order refers to.
  unknown_symbol: kind(422, 'No instrument has the symbol in the request.'),
  unknown_rules: kind(422, 'The program does not know this version of the rules.'),
  order_not_found: kind(404, 'The account has no such order.'),
  order_not_open: kind(409, 'The order has ended.'),
  // The rules of an order or of an instrument.
  field_not_available: kind(422, 'A field needs newer rules than those that the symbol follows.'),
  expires_at_not_a_timestamp: kind(400, 'expiresAt is no RFC 3339 time of at most millisecond precision.'),
  time_in_force_not_allowed: kind(422, 'A market order is IOC or FOK.'),
  price_required: kind(422, 'A limit order needs a price.'),
  price_not_allowed: kind(422, 'A market order has no price.'),
  post_only_not_allowed: kind(422, 'Only limit orders that may rest (GTC, GTD) can be post-only.'),
  expires_at_required: kind(422, 'A GTD order needs expiresAt.'),
  expires_at_not_allowed: kind(422, 'Only a GTD order has expiresAt.'),
  quantity_not_a_decimal: kind(400, 'The quantity is no plain decimal number.'),
  quantity_not_positive: kind(422, 'The quantity must be above zero.'),
  quantity_too_large: kind(422, 'The quantity is above the largest of the instrument.'),
  quantity_not_on_lot: kind(422, 'The quantity is not a whole number of lots.'),
  quantity_below_minimum: kind(422, 'The quantity is below the smallest order of the instrument.'),
  quantity_above_maximum: kind(422, 'The quantity is above the largest order of the instrument.'),
  min_quantity_above_max: kind(422, 'The smallest order of an instrument would be above the largest.'),
  price_not_a_decimal: kind(400, 'The price is no plain decimal number.'),
  price_not_positive: kind(422, 'The price must be above zero.'),
  price_too_large: kind(422, 'The price is above the largest of the instrument.'),
  price_not_on_tick: kind(422, 'The price is not a whole number of ticks.'),
  band_low_above_high: kind(422, 'The lower bound of the price band is above the upper one.'),
  expires_at_not_in_future: kind(422, 'expiresAt has passed.'),
  // What has happened before.
  order_id_conflict: kind(409, 'The account has used this order id for another order.'),
  too_many_instruments: kind(409, 'The exchange has as many instruments as it can.'),
  // The matcher's verdict on an amendment, a cancel or a control command that was waited for.
  duplicate_order_id: kind(409, 'The order id lives in the book already.'),
  instrument_exists: kind(409, 'The symbol is that of an open instrument, or of one with another tick or lot.'),
  instrument_closed: kind(409, 'The instrument is closed.'),
  symbol_halted: kind(409, 'Trading in the symbol is halted.'),
  symbol_closed: kind(409, 'Trading in the symbol is closed.'),
  phase_unchanged: kind(409, 'The symbol is in this phase already.'),
  rules_not_newer: kind(409, 'The exchange follows these rules, or newer ones, already.'),
  quantity_not_above_filled: kind(422, 'The new quantity does not exceed what is filled.'),
  price_outside_band: kind(422, 'The price is outside the price band of the symbol.'),
  book_full: kind(409, 'The book holds as many orders as it can.'),
  post_only_would_cross: kind(422, 'A post-only order would trade at once.'),
  // The world did not do its part.
  overloaded: kind(TRANSPORT.overloaded, 'More orders arrive than can be stored; nothing was accepted.'),
  storage_full: kind(TRANSPORT.storage_full, 'The disk is full; nothing was accepted.'),
  storage_failed: kind(TRANSPORT.storage_failed, 'The storage failed; what was sent may count or not.'),
  stopping: kind(TRANSPORT.stopping, 'The exchange is stopping; nothing was accepted.'),
  unavailable: kind(TRANSPORT.unavailable, 'A service that the exchange needs cannot be reached.'),
  internal_error: kind(TRANSPORT.internal_error, 'The exchange has failed; quote the request id.'),
} as const satisfies Record<TransportCode | EntryCode | RejectReason, ProblemKind> & Record<string, ProblemKind>

export type ProblemCode = keyof typeof PROBLEMS

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[]

/** Every status of a problem, each once. No answer that succeeds has one of them. */
export const PROBLEM_STATUSES = [...new Set(PROBLEM_CODES.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b)
