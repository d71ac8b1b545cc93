/**
 * The reasons of the protocol as small integers for engine events: a code is the index of its reason in
 * this list. Codes appear only in the event buffer and are never stored, so the list may change.
 */

import type { CancelReason, RejectReason } from '../protocol/reasons.ts'

export const ENGINE_REASONS = [
  'none',
  'symbol_halted',
  'symbol_closed',
  'price_outside_band',
  'book_full',
  'post_only_would_cross',
  'quantity_not_above_filled',
  'order_not_open',
  'requested',
  'cancel_all',
  'immediate_or_cancel',
  'fill_or_kill',
  'no_liquidity',
  'expired',
  'self_trade',
  'level_full',
  'duplicate_order_id',
  'instrument_exists',
  'instrument_closed',
  'phase_unchanged',
  'rules_not_newer',
  'min_quantity_above_max',
] as const satisfies readonly ('none' | RejectReason | CancelReason)[]

export type EngineReason = (typeof ENGINE_REASONS)[number]

const code = (reason: EngineReason): number => ENGINE_REASONS.indexOf(reason)

export const SYMBOL_HALTED = code('symbol_halted')
export const SYMBOL_CLOSED = code('symbol_closed')
export const PRICE_OUTSIDE_BAND = code('price_outside_band')
export const BOOK_FULL = code('book_full')
export const POST_ONLY_WOULD_CROSS = code('post_only_would_cross')
export const QUANTITY_NOT_ABOVE_FILLED = code('quantity_not_above_filled')
export const ORDER_NOT_OPEN = code('order_not_open')
export const REQUESTED = code('requested')
export const CANCEL_ALL = code('cancel_all')
export const IOC_REMAINDER = code('immediate_or_cancel')
export const FOK_UNFILLED = code('fill_or_kill')
export const NO_LIQUIDITY = code('no_liquidity')
export const EXPIRED = code('expired')
export const SELF_TRADE = code('self_trade')
export const LEVEL_FULL = code('level_full')
export const DUPLICATE_ORDER_ID = code('duplicate_order_id')
export const INSTRUMENT_EXISTS = code('instrument_exists')
/** Used for a rejected command and for a canceled order. */
export const INSTRUMENT_CLOSED_REASON = code('instrument_closed')
export const PHASE_UNCHANGED = code('phase_unchanged')
export const RULES_NOT_NEWER = code('rules_not_newer')
export const MIN_QUANTITY_ABOVE_MAX = code('min_quantity_above_max')
