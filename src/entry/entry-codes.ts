/**
 * The codes that order entry itself can reject with, in order of precedence: of several broken rules
 * the first in this list is reported. They are permanent. What the matcher refuses later has its own
 * codes in protocol/reasons.ts.
 */

import type { RejectReason } from '../protocol/reasons.ts'
import type { Rejection } from '../protocol/rejection.ts'

export const ENTRY_CODES = [
  // The caller.
  'unauthorized',
  'forbidden',
  'rate_limited',
  // The fields, each by itself.
  'missing_field',
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
  'field_not_available',
  'expires_at_not_a_timestamp',
  'time_in_force_not_allowed',
  'price_required',
  'price_not_allowed',
  'post_only_not_allowed',
  'expires_at_required',
  'expires_at_not_allowed',
  'quantity_not_a_decimal',
  'quantity_not_positive',
  'quantity_too_large',
  'quantity_not_on_lot',
  'quantity_below_minimum',
  'quantity_above_maximum',
  'min_quantity_above_max',
  'price_not_a_decimal',
  'price_not_positive',
  'price_too_large',
  'price_not_on_tick',
  'band_low_above_high',
  'expires_at_not_in_future',
  // What has happened before.
  'order_id_conflict',
  'too_many_instruments',
  'instrument_exists',
  'instrument_closed',
  'rules_not_newer',
] as const

export type EntryCode = (typeof ENTRY_CODES)[number]

/** What entry returns: its own code, or the matcher's reason for a command that was waited for. */
export type EntryRejection = Rejection<EntryCode | RejectReason>
