/**
 * The codes with which transport can reject a request, and the HTTP status of each. The codes are permanent. A
 * dialect may write a code in its own form, but keeps the status.
 */

import type { FailureCode } from '../protocol/failure.ts'

export const TRANSPORT_STATUSES = {
  // The request.
  misdirected_request: 421,
  origin_not_allowed: 403,
  bad_handshake: 400,
  upgrade_required: 426,
  too_many_connections: 429,
  not_found: 404,
  method_not_allowed: 405,
  // The body.
  body_not_allowed: 400,
  unsupported_media_type: 415,
  body_too_large: 413,
  incomplete_body: 400,
  invalid_utf8: 400,
  malformed_json: 400,
  duplicate_key: 400,
  // Failures of the exchange.
  overloaded: 503,
  memory_full: 503,
  storage_full: 503,
  storage_failed: 503,
  not_confirmed: 503,
  stopping: 503,
  unavailable: 503,
  symbol_suspended: 503,
  internal_error: 500,
} as const satisfies Record<FailureCode, number> & Record<string, number>

export type TransportCode = keyof typeof TRANSPORT_STATUSES
