/**
 * Plain sentences for the permanent codes of the API that a user of the screen can meet, and the field of the ticket
 * that each belongs to. A test compares this table with the codes of src/api/problems.ts: a new code without a
 * sentence fails. The screen never meets the codes of NOT_MET, because its client writes the requests.
 */

/** What sentences say about an instrument, as `GET /instruments` shows it. */
export interface InstrumentTerms {
  readonly symbol: string
  readonly tickSize: string
  readonly lotSize: string
  readonly priceMax: string
  readonly quantityMax: string
  readonly minQuantity: string | null
  readonly maxQuantity: string | null
  readonly priceBand: { readonly low: string; readonly high: string } | null
}

export interface Sentence {
  /** The name of the field in requests. */
  readonly field?: string
  readonly text: string
  /** The same with the instrument's own numbers. */
  readonly exact?: (instrument: InstrumentTerms) => string
}

const UNKNOWN_OUTCOME =
  'Not confirmed: the order may or may not have been stored. Sending it again uses the same order id, so it cannot trade twice.'

const bandText = ({ symbol, priceBand }: InstrumentTerms): string =>
  priceBand === null
    ? `Price is outside the price band of ${symbol}.`
    : `Price must be between ${priceBand.low} and ${priceBand.high}, the price band of ${symbol}.`

/** By code. The matcher's reasons are here too, because a request that waits gets them as problems. */
export const PROBLEM_SENTENCES: Readonly<Record<string, Sentence>> = {
  // The caller and the connection.
  misdirected_request: { text: 'The exchange accepts only names of its own machine. Open the screen as localhost.' },
  origin_not_allowed: { text: 'The exchange does not allow this page. Open the screen from the exchange itself.' },
  too_many_connections: { text: 'The account has too many connections. Close other windows.' },
  not_found: { text: 'The exchange does not have this page of data.' },
  too_many_in_flight: { text: 'Too many requests wait for an answer. Try again in a moment.' },
  unauthorized: { field: 'key', text: 'This needs an API key. The key is missing or unknown.' },
  already_authenticated: { text: 'The connection has an account already. Reload the page to use another key.' },
  forbidden: { text: 'Only an operator may do this.' },
  invalid_parameter: { text: 'The list cannot be read with these filters.' },
  instrument_not_found: { field: 'symbol', text: 'There is no such instrument.' },
  rate_limited: { text: 'Too many requests. Try again in a moment.' },
  too_many_subscriptions: { text: 'The screen follows too many instruments. Remove some from the watch list.' },
  not_offered: { text: 'This exchange does not offer this.' },
  // Fields.
  missing_field: { text: 'A required field is empty.' },
  wrong_type: { text: 'A field has a value of the wrong kind.' },
  invalid_order_id: { field: 'orderId', text: 'The order id has characters that are not allowed.' },
  invalid_value: { text: 'A field has a value that is not allowed.' },
  nothing_to_change: { text: 'Nothing has changed. Enter another price or quantity.' },
  // What the order refers to.
  unknown_symbol: { field: 'symbol', text: 'There is no such instrument.' },
  order_not_found: { text: 'The account has no such order.' },
  order_not_open: { text: 'The order is closed already.' },
  // Rules.
  field_not_available: { text: 'This instrument does not support a field of the order yet.' },
  expires_at_not_a_timestamp: { field: 'expiresAt', text: 'Expiry must be a date and a time.' },
  time_in_force_not_allowed: {
    field: 'timeInForce',
    text: 'A market order must be immediate-or-cancel or fill-or-kill.',
  },
  price_required: { field: 'price', text: 'Enter a price.' },
  price_not_allowed: { field: 'price', text: 'A market order has no price.' },
  post_only_not_allowed: { field: 'postOnly', text: 'Post-only needs a limit order that may rest.' },
  expires_at_required: { field: 'expiresAt', text: 'Enter when the order expires.' },
  expires_at_not_allowed: { field: 'expiresAt', text: 'Only a good-till-date order expires.' },
  quantity_not_a_decimal: { field: 'quantity', text: 'Quantity must be a number such as 1.5.' },
  quantity_not_positive: { field: 'quantity', text: 'Quantity must be above zero.' },
  quantity_too_large: {
    field: 'quantity',
    text: 'Quantity is too large.',
    exact: ({ quantityMax }) => `Quantity is at most ${quantityMax}.`,
  },
  quantity_not_on_lot: {
    field: 'quantity',
    text: 'Quantity must be a whole number of lots.',
    exact: ({ lotSize }) => `Quantity must be a multiple of ${lotSize}.`,
  },
  quantity_below_minimum: {
    field: 'quantity',
    text: 'Quantity is below the minimum of the instrument.',
    exact: ({ symbol, minQuantity }) => `Quantity must be at least ${minQuantity ?? 'one lot'} for ${symbol}.`,
  },
  quantity_above_maximum: {
    field: 'quantity',
    text: 'Quantity is above the maximum of the instrument.',
    exact: ({ symbol, maxQuantity, quantityMax }) => `Quantity is at most ${maxQuantity ?? quantityMax} for ${symbol}.`,
  },
  price_not_a_decimal: { field: 'price', text: 'Price must be a number such as 50000.25.' },
  price_not_positive: { field: 'price', text: 'Price must be above zero.' },
  price_too_large: {
    field: 'price',
    text: 'Price is too large.',
    exact: ({ priceMax }) => `Price is at most ${priceMax}.`,
  },
  price_not_on_tick: {
    field: 'price',
    text: 'Price must be a whole number of ticks.',
    exact: ({ tickSize }) => `Price must be a multiple of ${tickSize}.`,
  },
  band_low_above_high: { field: 'priceBand', text: 'The lower bound is above the upper bound.' },
  expires_at_not_in_future: { field: 'expiresAt', text: 'Expiry must be in the future.' },
  // Conflicts.
  order_id_conflict: { field: 'orderId', text: 'This order id was used for another order.' },
  too_many_open_orders: { text: 'The account has its maximum number of open orders. Cancel some first.' },
  // The matcher.
  duplicate_order_id: { field: 'orderId', text: 'The book has an order with this id already.' },
  instrument_closed: { field: 'symbol', text: 'The instrument is closed.' },
  symbol_halted: { field: 'symbol', text: 'Trading is halted. Orders can be canceled.' },
  symbol_closed: { field: 'symbol', text: 'Trading is closed. Orders can be canceled.' },
  phase_unchanged: { text: 'The instrument is in this phase already.' },
  directory_has_orders: { text: 'The exchange has orders that are not those of a demo market.' },
  demo_market_running: { text: 'The demo market runs already, with other settings.' },
  quantity_not_above_filled: {
    field: 'quantity',
    text: 'The new quantity must be above the quantity that is filled already.',
  },
  price_outside_band: { field: 'price', text: 'Price is outside the price band.', exact: bandText },
  book_full: { text: 'The book has its maximum number of orders. Try again later.' },
  post_only_would_cross: { field: 'postOnly', text: 'The order would have traded at once (post-only).' },
  // Failures.
  overloaded: { text: 'The exchange is overloaded. Nothing was sent on. Try again in a moment.' },
  memory_full: { text: 'The exchange has no memory for more open orders. Orders that never rest are still accepted.' },
  storage_full: { text: 'The disk of the exchange is full. Nothing was accepted.' },
  storage_failed: { text: UNKNOWN_OUTCOME },
  not_confirmed: { text: UNKNOWN_OUTCOME },
  stopping: { text: 'The exchange is stopping. Nothing was accepted.' },
  unavailable: { text: 'A service of the exchange cannot be reached. Try again in a moment.' },
  symbol_suspended: { field: 'symbol', text: 'The instrument is suspended until an operator has repaired it.' },
  internal_error: {
    text: 'The exchange failed. Sending it again uses the same order id, so it cannot trade twice.',
  },
}

/** Codes after which it is not known whether the request had an effect. */
export const UNKNOWN_OUTCOMES: ReadonlySet<string> = new Set(['storage_failed', 'not_confirmed', 'internal_error'])

/** Codes of requests that the screen never makes: other forms of a body, batches, and definitions of instruments. */
export const NOT_MET: ReadonlySet<string> = new Set([
  'bad_handshake',
  'upgrade_required',
  'method_not_allowed',
  'body_not_allowed',
  'unsupported_media_type',
  'body_too_large',
  'incomplete_body',
  'invalid_utf8',
  'malformed_json',
  'duplicate_key',
  'invalid_body',
  'unknown_field',
  'invalid_step_size',
  'tick_and_lot_fixed',
  'batch_empty',
  'batch_too_long',
  'unknown_rules',
  'min_quantity_above_max',
  'too_many_instruments',
  'instrument_exists',
  'rules_not_newer',
])
