/**
 * Reads `application/x-www-form-urlencoded` text: a form body or a query. A repeated field is rejected, because
 * two readers could use different values of it.
 */

import { Rejection } from '../protocol/rejection.ts'
import type { TransportCode } from './transport-codes.ts'

/** Rejections: duplicate_key. */
export function parseForm(text: string): ReadonlyMap<string, string> | Rejection<TransportCode> {
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (fields.has(name)) return new Rejection('duplicate_key', 'A field is given twice.')
    fields.set(name, value)
  }
  return fields
}
