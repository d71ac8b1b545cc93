/**
 * Every problem of our API, in order of precedence. If a request has several faults, the first one
 * in this table is reported. A code is permanent and has one status. The codes come from transport, from
 * order entry and from the matcher; a few belong to a dialect. The OpenAPI document and the page
 * `/docs/problems` are made from this table. A test compares docs/reference/http.md with it.
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
  origin_not_allowed: kind(TRANSPORT.origin_not_allowed, 'Pages of this origin may not open a WebSocket.'),
  bad_handshake: kind(TRANSPORT.bad_handshake, 'The handshake of the WebSocket is not valid.'),
  upgrade_required: kind(TRANSPORT.upgrade_required, 'The path is that of the WebSocket.'),
  too_many_connections: kind(
    TRANSPORT.too_many_connections,
    'The account or the address has its maximum number of WebSocket connections.',
  ),
  not_found: kind(TRANSPORT.not_found, 'No route has this path.'),
  method_not_allowed: kind(
    TRANSPORT.method_not_allowed,
    'The path does not support this method. See the Allow header.',
  ),
  too_many_in_flight: kind(429, 'Too many requests of the WebSocket connection have no answer yet.'),
  unauthorized: kind(401, 'An API key is missing or unknown.'),
  already_authenticated: kind(409, 'The WebSocket connection is authenticated already.'),
  forbidden: kind(403, 'The caller may not do this.'),
  invalid_parameter: kind(400, 'A query parameter is unknown, repeated or outside its limits.'),
  instrument_not_found: kind(404, 'No instrument has the symbol in the path.'),
  rate_limited: kind(429, 'A rate limit was exceeded. See the Retry-After header.'),
  too_many_subscriptions: kind(409, 'The WebSocket connection would have too many subscriptions.'),
  not_offered: kind(501, 'The exchange does not offer this.'),
  // The body.
  body_not_allowed: kind(TRANSPORT.body_not_allowed, 'The route takes no body.'),
  unsupported_media_type: kind(TRANSPORT.unsupported_media_type, 'The body must be application/json.'),
  body_too_large: kind(TRANSPORT.body_too_large, 'The body has more bytes than the limit.'),
  incomplete_body: kind(TRANSPORT.incomplete_body, 'The connection ended before the body was complete.'),
  invalid_utf8: kind(
    TRANSPORT.invalid_utf8,
    'The body or frame is not UTF-8, or contains the replacement character U+FFFD.',
  ),
  malformed_json: kind(
    TRANSPORT.malformed_json,
    'The body or frame is not JSON, is nested too deeply, or has too many fields.',
  ),
  duplicate_key: kind(TRANSPORT.duplicate_key, 'An object in the body or frame contains a field twice.'),
  invalid_body: kind(400, 'The body or frame, or an order of the batch, is not a JSON object.'),
  unknown_field: kind(400, 'The body or frame contains an unknown field.'),
  missing_field: kind(400, 'A required field is missing.'),
  wrong_type: kind(400, 'A field has the wrong JSON type.'),
  invalid_order_id: kind(400, 'An order id has 1 to 64 of the characters A-Z a-z 0-9 . _ : -, and is neither . nor ..'),
  invalid_value: kind(400, 'A field has a value that is not allowed.'),
  invalid_step_size: kind(422, 'The exchange does not support this size of a tick or lot.'),
  tick_and_lot_fixed: kind(422, 'The tick and the lot of an instrument never change.'),
  batch_empty: kind(422, 'The batch contains no orders.'),
  batch_too_long: kind(422, 'The batch contains more orders than the limit.'),
  nothing_to_change: kind(422, 'The body or frame contains no field to change.'),
  // What the order refers to.
  unknown_symbol: kind(422, 'No instrument has the symbol in the body, the query or the frame.'),
  unknown_rules: kind(422, 'The program does not know this version of the rules.'),
  order_not_found: kind(404, 'The account has no such order.'),
  order_not_open: kind(409, 'The order is closed.'),
  // The rules of an order or of an instrument.
  field_not_available: kind(422, 'A field needs newer rules than the symbol follows.'),
  expires_at_not_a_timestamp: kind(400, 'expiresAt is not an RFC 3339 time of at most millisecond precision.'),
  time_in_force_not_allowed: kind(422, 'A market order must be IOC or FOK.'),
  price_required: kind(422, 'A limit order needs a price.'),
  price_not_allowed: kind(422, 'A market order must not have a price.'),
  post_only_not_allowed: kind(422, 'Only limit orders that may rest (GTC, GTD) can be post-only.'),
  expires_at_required: kind(422, 'A GTD order needs expiresAt.'),
  expires_at_not_allowed: kind(422, 'Only a GTD order may have expiresAt.'),
  quantity_not_a_decimal: kind(400, 'The quantity is not a plain decimal number.'),
  quantity_not_positive: kind(422, 'The quantity must be above zero.'),
  quantity_too_large: kind(422, 'The quantity is above the quantityMax of the instrument.'),
  quantity_not_on_lot: kind(422, 'The quantity is not a whole number of lots.'),
  quantity_below_minimum: kind(422, 'The quantity is below the minQuantity of the instrument.'),
  quantity_above_maximum: kind(422, 'The quantity is above the maxQuantity of the instrument.'),
  min_quantity_above_max: kind(422, 'The minQuantity of the instrument would be above its maxQuantity.'),
  price_not_a_decimal: kind(400, 'The price is not a plain decimal number.'),
  price_not_positive: kind(422, 'The price must be above zero.'),
  price_too_large: kind(422, 'The price is above the priceMax of the instrument.'),
  price_not_on_tick: kind(422, 'The price is not a whole number of ticks.'),
  band_low_above_high: kind(422, 'The lower bound of the price band is above the upper bound.'),
  expires_at_not_in_future: kind(422, 'expiresAt has passed.'),
  // Conflicts with earlier requests.
  order_id_conflict: kind(409, 'The account already used this order id for another order.'),
  too_many_open_orders: kind(409, 'The account has its maximum number of open orders.'),
  directory_has_orders: kind(409, 'The exchange has orders of others than a demo market.'),
  demo_market_running: kind(409, 'The demo market runs with other settings.'),
  too_many_instruments: kind(409, 'The exchange has its maximum number of instruments.'),
  // The matcher's reason for rejecting a command, if the request waited for it.
  duplicate_order_id: kind(409, 'The book already contains an order with this id.'),
  instrument_exists: kind(409, 'An open instrument, or one with another tick or lot, already has this symbol.'),
  instrument_closed: kind(409, 'The instrument is closed.'),
  symbol_halted: kind(409, 'Trading in the symbol is halted.'),
  symbol_closed: kind(409, 'Trading in the symbol is closed.'),
  phase_unchanged: kind(409, 'The symbol is already in this phase.'),
  rules_not_newer: kind(409, 'The exchange already follows these rules or newer ones.'),
  quantity_not_above_filled: kind(422, 'The new quantity is not above the filled quantity.'),
  price_outside_band: kind(422, 'The price is outside the price band of the symbol.'),
  book_full: kind(409, 'The book contains its maximum number of orders.'),
  post_only_would_cross: kind(422, 'A post-only order would trade at once.'),
  // Failures of the exchange or of what it depends on.
  overloaded: kind(
    TRANSPORT.overloaded,
    'Requests arrive faster than the exchange can handle them. Nothing was accepted.',
  ),
  memory_full: kind(TRANSPORT.memory_full, 'The exchange has no memory for more open orders. Nothing was accepted.'),
  storage_full: kind(TRANSPORT.storage_full, 'The disk is full. Nothing was accepted.'),
  storage_failed: kind(TRANSPORT.storage_failed, 'The storage failed. The request may or may not have been stored.'),
  not_confirmed: kind(
    TRANSPORT.not_confirmed,
    'The exchange has not confirmed the request in time. It may or may not have been stored.',
  ),
  stopping: kind(TRANSPORT.stopping, 'The exchange is stopping. Nothing was accepted.'),
  unavailable: kind(TRANSPORT.unavailable, 'A service that the exchange needs cannot be reached.'),
  symbol_suspended: kind(
    TRANSPORT.symbol_suspended,
    'The symbol is suspended until an operator has repaired its matching. Nothing was accepted.',
  ),
  internal_error: kind(TRANSPORT.internal_error, 'The exchange failed. Report the request id to the operator.'),
} as const satisfies Record<TransportCode | EntryCode | RejectReason, ProblemKind> & Record<string, ProblemKind>

export type ProblemCode = keyof typeof PROBLEMS

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[]

/** Every status of a problem, each once. A successful answer never has one of them. */
export const PROBLEM_STATUSES = [...new Set(PROBLEM_CODES.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b)
