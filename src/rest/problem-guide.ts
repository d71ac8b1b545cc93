/**
 * A remedy for each problem, and one real detail. The page `/docs/problems` shows both. The examples of the
 * OpenAPI document use the detail. A test sends a request for each example and compares the bodies.
 */

import { type ProblemBody, problemBody } from '../api/problem-body.ts'
import type { ProblemCode } from '../api/problems.ts'
import { MATCHER_DETAILS } from '../entry/matcher-rejection.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { Route } from './route.ts'

interface Guide {
  /** One sentence that says what the caller can do. */
  readonly remedy: string
  readonly detail: string
  readonly field?: string
}

const guide = (remedy: string, detail: string, field?: string): Guide =>
  field === undefined ? { remedy, detail } : { remedy, detail, field }

const SEND_AGAIN = 'Send the request again in a moment. An order keeps its id.'

const UNKNOWN =
  'It is not known whether the request was stored: it may be in the order log. ' +
  'Send it again with the same orderId, which is safe: an order enters only once.'

export const PROBLEM_GUIDE: Readonly<Record<ProblemCode, Guide>> = {
  misdirected_request: guide(
    'Address the exchange as localhost or 127.0.0.1, or start it with API keys.',
    'Without API keys the exchange accepts only names of this machine, such as localhost and 127.0.0.1.',
    'Host',
  ),
  origin_not_allowed: guide(
    'Open the page from the exchange itself, or have the operator allow its origin.',
    'Pages of this origin may not connect.',
    'Origin',
  ),
  bad_handshake: guide('Use a WebSocket library.', 'Missing or invalid Sec-WebSocket-Key header.'),
  upgrade_required: guide('Open the path with a WebSocket client.', 'Open this path as a WebSocket.'),
  too_many_connections: guide(
    'Close connections that are not used, and use one connection for many subscriptions.',
    'This account has its maximum number of connections.',
  ),
  not_found: guide('Compare the path with the list of routes.', 'See /docs for the list of routes.'),
  method_not_allowed: guide(
    'Use a method that the Allow header lists.',
    'This path supports POST, GET, HEAD, DELETE, OPTIONS.',
  ),
  too_many_in_flight: guide(
    'Wait for answers before you send more requests, or place orders in batches.',
    'A connection may have 2000 requests without an answer.',
  ),
  unauthorized: guide(
    'Send a key that the operator has configured, in one of the two headers.',
    'Send Authorization: Bearer KEY, or X-API-Key: KEY.',
  ),
  already_authenticated: guide('Use another connection for another account.', 'A connection is authenticated once.'),
  forbidden: guide('Use a key of an operator.', 'Only an operator may do this.'),
  invalid_parameter: guide(
    'Correct or remove the parameter that is named in field.',
    'This route has no such parameter.',
    'colour',
  ),
  instrument_not_found: guide('Use a symbol from GET /instruments.', 'No instrument has this symbol.'),
  rate_limited: guide(
    'Send the request again after the seconds in Retry-After; orders, cancels and reads have a limit each.',
    'The limit is 1000 a second. RateLimit-Policy names what it counts.',
  ),
  too_many_subscriptions: guide(
    'Unsubscribe from something, or open a further connection.',
    'A connection may have 1000 subscriptions.',
  ),
  not_offered: guide(
    'Use what the OpenAPI document of this exchange describes.',
    'This exchange has no candles and tickers. Trades are in GET /trades.',
  ),
  body_not_allowed: guide(
    'Send the values as query parameters, and no body.',
    'This route takes no body, so it would ignore the one that was sent.',
  ),
  unsupported_media_type: guide(
    'Send the header Content-Type: application/json.',
    'Send the body as Content-Type: application/json.',
  ),
  body_too_large: guide('Send fewer orders in one batch.', 'The body may have at most 16384 bytes.'),
  incomplete_body: guide(
    'Check the connection and the Content-Length, then send the request again.',
    'The body could not be read completely.',
  ),
  invalid_utf8: guide('Encode the body in UTF-8.', 'The body is not UTF-8.'),
  malformed_json: guide('Write the body with a JSON library.', 'The text is not JSON.'),
  duplicate_key: guide('Send each field of an object only once.', 'An object contains a field twice.'),
  invalid_body: guide('Send one JSON object.', 'Expected a JSON object.'),
  unknown_field: guide(
    'Remove the field, or correct its spelling; upper and lower case differ.',
    'There is no field "colour".',
    'colour',
  ),
  missing_field: guide('Add the field.', 'side is required.', 'side'),
  wrong_type: guide(
    'Send the JSON type that the schema requires; null is not a value.',
    'price must be a number or a decimal string.',
    'price',
  ),
  invalid_order_id: guide(
    'Choose an id of the allowed characters, or send none and use the generated id.',
    'An order id has 1 to 64 of the characters A-Z a-z 0-9 . _ : -, and is neither . nor ..',
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
  nothing_to_change: guide('Send at least one field to change.', 'Send a price or a quantity.'),
  unknown_symbol: guide(
    'Use a symbol from GET /instruments.',
    'There is no instrument "DOGEUSD". Instruments are BTCUSD, ETHUSD, ENERGY-DE.',
    'symbol',
  ),
  unknown_rules: guide(
    'Send the newest rules that GET /rules returns, or start a newer program first.',
    'This program knows rules 1 to 2.',
    'rules',
  ),
  order_not_found: guide(
    'Check the order id, and check that the key belongs to the same account.',
    'The account has no such order.',
  ),
  order_not_open: guide('No action is needed; read the order to see its final status.', 'The order is CANCELED.'),
  field_not_available: guide(
    'Remove the field, or have an operator adopt the rules with POST /rules.',
    'A field needs newer rules than the symbol follows.',
  ),
  expires_at_not_a_timestamp: guide(
    'Send an RFC 3339 time with a time zone and at most milliseconds.',
    'expiresAt must be an RFC 3339 time of at most milliseconds, such as 2030-01-31T12:00:00Z.',
    'expiresAt',
  ),
  time_in_force_not_allowed: guide(
    'Send IOC or FOK, or a limit order.',
    'A market order must be IOC or FOK.',
    'timeInForce',
  ),
  price_required: guide('Add a price, or send a market order.', 'A limit order needs a price.', 'price'),
  price_not_allowed: guide(
    'Remove the price, or send a limit order.',
    'A market order must not have a price.',
    'price',
  ),
  post_only_not_allowed: guide(
    'Remove postOnly, or send a limit order that is GTC or GTD.',
    'A post-only order must be GTC or GTD.',
    'postOnly',
  ),
  expires_at_required: guide('Add expiresAt, or send GTC.', 'A GTD order needs expiresAt.', 'expiresAt'),
  expires_at_not_allowed: guide('Remove expiresAt, or send GTD.', 'Only a GTD order may have expiresAt.', 'expiresAt'),
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
  band_low_above_high: guide('Swap the two bounds.', 'low is above high.', 'priceBand'),
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
  too_many_open_orders: guide(
    'Cancel some orders first; orders that never rest (IOC, FOK) are still accepted.',
    'The account may have at most 200000 open orders.',
  ),
  directory_has_orders: guide(
    'Start the exchange with another data directory, or send anyway: true.',
    'The exchange has orders, and no demo market ever ran in it.',
  ),
  demo_market_running: guide(
    'Stop the demo market with DELETE /demo-market, then start it again.',
    'It runs with another seed or rate. Stop it first.',
  ),
  too_many_instruments: guide(
    'Reopen a closed instrument.',
    'The exchange has 1000 instruments, closed ones included, and cannot have more.',
  ),
  duplicate_order_id: guide('Choose another order id.', MATCHER_DETAILS.duplicate_order_id),
  instrument_exists: guide(
    'Choose another symbol, or send the same tick and lot as before.',
    'BTCUSD is open.',
    'symbol',
  ),
  instrument_closed: guide(
    'Choose another instrument, or have an operator define it again.',
    'BTCUSD is closed; an operator can define it again.',
  ),
  symbol_halted: guide(
    'Send the request again when the phase of the instrument is CONTINUOUS.',
    MATCHER_DETAILS.symbol_halted,
  ),
  symbol_closed: guide(
    'Send the request again when the phase of the instrument is CONTINUOUS.',
    MATCHER_DETAILS.symbol_closed,
  ),
  phase_unchanged: guide(
    'No action is needed; the instrument is already in the requested phase.',
    MATCHER_DETAILS.phase_unchanged,
  ),
  rules_not_newer: guide(
    'No action is needed; these rules or newer ones are already in force.',
    'The exchange already follows rules 2.',
    'rules',
  ),
  quantity_not_above_filled: guide(
    'Send a larger quantity, or cancel the order.',
    MATCHER_DETAILS.quantity_not_above_filled,
  ),
  price_outside_band: guide('Send a price inside the priceBand of the instrument.', MATCHER_DETAILS.price_outside_band),
  book_full: guide('Send the request again when the book contains fewer orders.', MATCHER_DETAILS.book_full),
  post_only_would_cross: guide(
    'Send a less aggressive price, or an order that is not post-only.',
    MATCHER_DETAILS.post_only_would_cross,
  ),
  overloaded: guide(
    'Wait for the seconds given in Retry-After, then send the request again; an order keeps its orderId.',
    SEND_AGAIN,
  ),
  memory_full: guide(
    'Send the order again later; cancels, and orders that never rest (IOC, FOK), are still accepted.',
    SEND_AGAIN,
  ),
  storage_full: guide('Ask the operator to free disk space, then send the request again.', SEND_AGAIN),
  storage_failed: guide(
    'When the exchange is back, send the request again with the same orderId: that of the request, or of the answer.',
    UNKNOWN,
  ),
  not_confirmed: guide(
    'Read the order, or send the request again with the same orderId: that of the request, or of the answer.',
    UNKNOWN,
  ),
  stopping: guide('Send the request again when the exchange is back.', SEND_AGAIN),
  unavailable: guide('Wait for the seconds given in Retry-After, then send the request again.', SEND_AGAIN),
  symbol_suspended: guide(
    'Wait until the operator reports that the symbol trades again, then send the request again.',
    SEND_AGAIN,
  ),
  internal_error: guide(
    'Send the order again with the same id, and report the X-Request-Id of the answer to the operator.',
    'The request could not be answered.',
  ),
}

/** Problems whose example is valid for every route that has them, whatever its fields are. */
const SHOWN_FIRST: readonly ProblemCode[] = ['unknown_field', 'phase_unchanged']

/** The body of a problem that the route can return. Of several codes of one status, the most useful one. */
export function exampleOf(codes: readonly ProblemCode[], route: Route): ProblemBody {
  const code =
    codes.find((each) => SHOWN_FIRST.includes(each)) ?? route.problems.find((each) => codes.includes(each)) ?? codes[0]
  const { detail, field } = PROBLEM_GUIDE[code]
  return problemBody(new Rejection(code, route.details?.[code] ?? detail, field))
}
