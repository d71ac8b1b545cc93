/**
 * The codes that order entry itself can reject with, in order of precedence. If a request breaks several rules,
 * the first one in this list is reported. The codes are permanent. The matcher's reasons are in
 * protocol/reasons.ts.
 */

import type { RejectReason } from '../protocol/reasons.ts'
import type { Rejection } from '../protocol/rejection.ts'

/** Rules about which fields an order may have. */
const FIELD_RULE_CODES = [
  'field_not_available',
  'expires_at_not_a_timestamp',
  'time_in_force_not_allowed',
  'price_required',
  'price_not_allowed',
  'post_only_not_allowed',
  'expires_at_required',
  'expires_at_not_allowed',
] as const

/** Rules of a quantity, for every command that has one. */
export const QUANTITY_CODES = [
  'quantity_not_a_decimal',
  'quantity_not_positive',
  'quantity_too_large',
  'quantity_not_on_lot',
] as const

/** The bounds that an operator set for the quantity of an order. */
export const QUANTITY_BOUND_CODES = ['quantity_below_minimum', 'quantity_above_maximum'] as const

/** Rules of a price, for every command that has one. */
export const PRICE_CODES = [
  'price_not_a_decimal',
  'price_not_positive',
  'price_too_large',
  'price_not_on_tick',
] as const

export const ENTRY_CODES = [
  // The caller.
  'unauthorized',
  'forbidden',
  'rate_limited',
  // The fields, each by itself.
  'missing_field',
  'wrong_type',
  'invalid_order_id',
  'invalid_value',
  'invalid_step_size',
  'tick_and_lot_fixed',
  'batch_empty',
  'batch_too_long',
  'nothing_to_change',
  // What the order refers to.
  'unknown_symbol',
  'unknown_rules',
  'order_not_found',
  'order_not_open',
  // The rules of an order or of an instrument.
  ...FIELD_RULE_CODES,
  ...QUANTITY_CODES,
  ...QUANTITY_BOUND_CODES,
  'min_quantity_above_max',
  ...PRICE_CODES,
  'band_low_above_high',
  'expires_at_not_in_future',
  // Conflicts with earlier requests.
  'order_id_conflict',
  'too_many_open_orders',
  'too_many_instruments',
  'instrument_exists',
  'instrument_closed',
  'rules_not_newer',
] as const

/** The codes that a new order can be rejected with after its fields were checked one by one. */
export const ORDER_RULE_CODES = [
  'unknown_symbol',
  ...FIELD_RULE_CODES,
  ...QUANTITY_CODES,
  ...QUANTITY_BOUND_CODES,
  ...PRICE_CODES,
  'expires_at_not_in_future',
] as const

export type EntryCode = (typeof ENTRY_CODES)[number]

/** A rejection by order entry, or the matcher's reason if the request waited for the outcome. */
export type EntryRejection = Rejection<EntryCode | RejectReason>
