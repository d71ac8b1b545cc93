/** Why a command was rejected, and why an order was canceled. Codes are permanent. */

/**
 * Each names the rule that failed. The order of this list is the order of precedence: if several rules fail, the
 * first is reported.
 */
export const REJECT_REASONS = [
  'duplicate_order_id',
  'order_not_open',
  'instrument_exists',
  'instrument_closed',
  'symbol_halted',
  'symbol_closed',
  'phase_unchanged',
  'rules_not_newer',
  'min_quantity_above_max',
  'quantity_not_above_filled',
  'price_outside_band',
  'book_full',
  'post_only_would_cross',
] as const
export type RejectReason = (typeof REJECT_REASONS)[number]

/** Why an accepted order was canceled. */
export const CANCEL_REASONS = [
  'requested',
  'cancel_all',
  'immediate_or_cancel',
  'fill_or_kill',
  'no_liquidity',
  'expired',
  'self_trade',
  'level_full',
  'price_outside_band',
  'instrument_closed',
] as const
export type CancelReason = (typeof CANCEL_REASONS)[number]

/** All reasons of events. New ones are added at the end only, because a feed stores the index in this list. */
export const EVENT_REASONS = [
  'duplicate_order_id',
  'order_not_open',
  'symbol_halted',
  'symbol_closed',
  'quantity_not_above_filled',
  'price_outside_band',
  'book_full',
  'post_only_would_cross',
  'phase_unchanged',
  'instrument_exists',
  'instrument_closed',
  'rules_not_newer',
  'requested',
  'cancel_all',
  'immediate_or_cancel',
  'fill_or_kill',
  'no_liquidity',
  'expired',
  'self_trade',
  'level_full',
  'min_quantity_above_max',
] as const satisfies readonly (RejectReason | CancelReason)[]
export type EventReason = (typeof EVENT_REASONS)[number]
