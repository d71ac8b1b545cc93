/**
 * What a caller can do about each problem, and one real detail of it. The remedy stands on the page
 * `/docs/problems`. The detail makes the examples of the OpenAPI document: a test sends a request for
 * each and compares the bodies.
 */

import { Rejection } from '../protocol/rejection.ts'
import { type ProblemBody, problemBody } from './problem-response.ts'
import type { ProblemCode } from './problems.ts'
import type { Route } from './route.ts'

interface Guide {
  /** One sentence: what to do. */
  readonly remedy: string
  readonly detail: string
  readonly field?: string
}

const guide = (remedy: string, detail: string, field?: string): Guide =>
  field === undefined ? { remedy, detail } : { remedy, detail, field }

const REFUSED_COMMAND = 'The matcher refused the command.'
const SEND_AGAIN = 'Send it again in a moment; an order under the same id.'

export const PROBLEM_GUIDE: Readonly<Record<ProblemCode, Guide>> = {
  misdirected_request: guide(
    'Address the exchange as localhost or 127.0.0.1, or start it with API keys.',
    'Without API keys the exchange answers to names of this machine only, such as localhost and 127.0.0.1.',
    'Host',
  ),
  not_found: guide('Compare the path with the list of routes.', 'See /docs for what there is.'),
  method_not_allowed: guide(
    'Use a method that the Allow header names.',
    'The methods here are POST, GET, HEAD, DELETE, OPTIONS.',
  ),
  unauthorized: guide(
    'Send a key that the operator has entered, in one of the two headers.',
    'Send Authorization: Bearer KEY, or X-API-Key: KEY.',
  ),
  forbidden: guide('Use a key of an operator.', 'Only an operator may do this.'),
  invalid_parameter: guide(
    'Correct or remove the parameter that field names.',
    'There is no such parameter here.',
    'colour',
  ),
  instrument_not_found: guide('Take a symbol from GET /instruments.', 'No instrument has this symbol.'),
  rate_limited: guide(
    'Wait as many seconds as Retry-After says, then send it again.',
    'The limit is 1000 orders a second.',
  ),
  unsupported_media_type: guide(
    'Send the header Content-Type: application/json.',
    'Send the body as Content-Type: application/json.',
  ),
  body_too_large: guide('Send fewer orders in one batch.', 'A body has at most 16384 bytes here.'),
  incomplete_body: guide(
    'Check the connection and the Content-Length, then send the request again.',
    'The body could not be read to its end.',
  ),
  invalid_utf8: guide('Encode the body in UTF-8.', 'The body is not UTF-8.'),
  malformed_json: guide('Write the body with a JSON library.', 'The body is not JSON.'),
  duplicate_key: guide('Name each field of an object once.', 'An object names a field twice.'),
  invalid_body: guide('Send one JSON object.', 'Expected a JSON object.'),
  unknown_field: guide(
    'Remove the field, or correct its spelling; upper and lower case differ.',
    'There is no field "colour".',
    'colour',
  ),
  missing_field: guide('Add the field.', 'side is required.', 'side'),
  wrong_type: guide(
    'Send the JSON type that the schema names; null is no value.',
    'price must be a number or a decimal string.',
    'price',
  ),
  invalid_order_id: guide(
    'Choose an id of the allowed characters, or send none and take the one that is made.',
    'An order id is 1 to 64 of the characters A-Z a-z 0-9 . _ : -, and neither . nor ..',
    'orderId',
  ),
  invalid_value: guide('Send a value that the detail allows.', 'side must be one of BUY, SELL.', 'side'),
  invalid_step_size: guide(
    'Send a decimal above zero with at most 12 decimals.',
    'tickSize: more than 12 decimals.',
    'tickSize',
  ),
  tick_and_lot_fixed: guide(
    'Define an instrument with another symbol.',
    'The tick and the lot of an instrument never change. Define an instrument with another symbol.',
    'tickSize',
  ),
  batch_empty: guide('Send at least one order.', 'Send at least one order.', 'orders'),
  batch_too_long: guide('Split the batch.', 'Send at most 500 orders.', 'orders'),
  nothing_to_change: guide('Name at least one field to change.', 'Send a price or a quantity.'),
  unknown_symbol: guide(
    'Take a symbol from GET /instruments.',
    'There is no instrument "DOGEUSD"; there are BTCUSD, ETHUSD, ENERGY-DE.',
    'symbol',
  ),
  unknown_rules: guide(
    'Send the newest rules that GET /rules names, or start a newer program first.',
    'This program knows rules 1 to 2.',
    'rules',
  ),
  order_not_found: guide(
    'Check the order id, and that the key is of the same account.',
    'The account has no such order.',
  ),
  order_not_open: guide('Nothing: read the order to see how it ended.', 'The order is CANCELED.'),
  field_not_available: guide(
    'Remove the field, or have an operator adopt the rules with POST /rules.',
    'A field needs newer rules than those that the symbol follows.',
  ),
  expires_at_not_a_timestamp: guide(
    'Send an RFC 3339 time with a zone and at most milliseconds.',
    'expiresAt must be RFC 3339 of at most milliseconds, such as 2030-01-31T12:00:00Z.',
    'expiresAt',
  ),
  time_in_force_not_allowed: guide(
    'Send IOC or FOK, or a limit order.',
    'A market order is IOC or FOK.',
    'timeInForce',
  ),
  price_required: guide('Add a price, or send a market order.', 'A limit order needs a price.', 'price'),
  price_not_allowed: guide('Remove the price, or send a limit order.', 'A market order has no price.', 'price'),
  post_only_not_allowed: guide(
    'Remove postOnly, or send a limit order that is GTC or GTD.',
    'A post-only order is GTC or GTD.',
    'postOnly',
  ),
  expires_at_required: guide('Add expiresAt, or send GTC.', 'A GTD order needs expiresAt.', 'expiresAt'),
  expires_at_not_allowed: guide('Remove expiresAt, or send GTD.', 'Only a GTD order has expiresAt.', 'expiresAt'),
  quantity_not_a_decimal: guide(
    'Write the quantity as digits with at most one point.',
    'quantity must be a decimal such as 1.5.',
    'quantity',
  ),
  quantity_not_positive: guide('Send a quantity above zero.', 'quantity must be above zero.', 'quantity'),
  quantity_too_large: guide(
    'Send a smaller quantity, or several orders.',
    'quantity is at most 90071992.54740991.',
    'quantity',
  ),
  quantity_not_on_lot: guide(
    'Round the quantity to a multiple of the lotSize of the instrument.',
    'BTCUSD is traded in lots of 0.00000001.',
    'quantity',
  ),
  quantity_below_minimum: guide(
    'Send at least the minQuantity of the instrument.',
    'The smallest order of BTCUSD is 2.',
    'quantity',
  ),
  quantity_above_maximum: guide(
    'Send at most the maxQuantity of the instrument, or several orders.',
    'The largest order of BTCUSD is 1.',
    'quantity',
  ),
  min_quantity_above_max: guide(
    'Lower minQuantity, or raise maxQuantity.',
    'minQuantity is above maxQuantity.',
    'minQuantity',
  ),
  price_not_a_decimal: guide(
    'Write the price as digits with at most one point.',
    'price must be a decimal such as 50000.25.',
    'price',
  ),
  price_not_positive: guide('Send a price above zero.', 'price must be above zero.', 'price'),
  price_too_large: guide(
    'Send a price of at most the priceMax of the instrument.',
    'price is at most 21474836.47.',
    'price',
  ),
  price_not_on_tick: guide(
    'Round the price to a multiple of the tickSize of the instrument.',
    'BTCUSD is priced in steps of 0.01.',
    'price',
  ),
  band_low_above_high: guide('Exchange the two bounds.', 'low is above high.', 'priceBand'),
  expires_at_not_in_future: guide(
    'Send a later expiresAt, and check the clock of the client.',
    'expiresAt has passed.',
    'expiresAt',
  ),
  order_id_conflict: guide(
    'Choose another order id, or send the first order unchanged.',
    'This order id was used for another order.',
    'orderId',
  ),
  too_many_instruments: guide(
    'Reopen a closed instrument.',
    'There are 1000 instruments, closed ones included; there cannot be more.',
  ),
  duplicate_order_id: guide('Choose another order id.', 'The matcher refused the order.'),
  instrument_exists: guide('Choose another symbol, or the tick and lot it had.', 'BTCUSD is open.', 'symbol'),
  instrument_closed: guide(
    'Choose another instrument, or have an operator define it again.',
    'BTCUSD is closed; an operator can define it again.',
  ),
  symbol_halted: guide('Send it again when the phase of the instrument is CONTINUOUS.', REFUSED_COMMAND),
  symbol_closed: guide('Send it again when the phase of the instrument is CONTINUOUS.', REFUSED_COMMAND),
  phase_unchanged: guide('Nothing: the instrument is as it was asked for.', REFUSED_COMMAND),
  rules_not_newer: guide('Nothing: the rules are in force already.', 'The exchange follows rules 2 already.', 'rules'),
  quantity_not_above_filled: guide('Send a larger quantity, or cancel the order.', REFUSED_COMMAND),
  price_outside_band: guide('Send a price inside the priceBand of the instrument.', REFUSED_COMMAND),
  book_full: guide('Send it again when orders have left the book.', REFUSED_COMMAND),
  post_only_would_cross: guide('Send a less aggressive price, or an order that is not post-only.', REFUSED_COMMAND),
  overloaded: guide('Wait as many seconds as Retry-After says, then send it again.', SEND_AGAIN),
  storage_full: guide('Tell the operator to make room; then send it again.', SEND_AGAIN),
  storage_failed: guide(
    'Send the order again under the same id when the exchange is back.',
    'Whether an order was taken is not known. Send it again under the same id when the exchange is back.',
  ),
  stopping: guide('Send it again when the exchange is back.', SEND_AGAIN),
  unavailable: guide('Wait as many seconds as Retry-After says, then send it again.', SEND_AGAIN),
  internal_error: guide(
    'Send the order again under the same id, and tell the operator the X-Request-Id of the answer.',
    'The request could not be answered.',
  ),
}

/** Problems that every route with them can show, whatever its own fields are called. */
const SHOWN_FIRST: readonly ProblemCode[] = ['unknown_field', 'phase_unchanged']

/** A body that a request to the route can get: of several codes of one status, the most telling. */
export function exampleOf(codes: readonly ProblemCode[], route: Route): ProblemBody {
  const code =
    codes.find((each) => SHOWN_FIRST.includes(each)) ?? route.problems.find((each) => codes.includes(each)) ?? codes[0]
  const { detail, field } = PROBLEM_GUIDE[code]
  return problemBody(new Rejection(code, route.details?.[code] ?? detail, field))
}
