/**
 * The query parameters that routes declare. An unknown or repeated parameter is rejected, not ignored, because
 * `DELETE /orders?symbl=BTCUSD` must not cancel every order of the account. Public routes that declare no
 * parameters ignore the query, because probes and proxies may append one.
 */

import * as z from 'zod'
import type { ProblemCode } from '../api/problems.ts'
import { parseTimestamp } from '../entry/timestamps.ts'
import { SORTS, type Sort, type TimeRange } from '../ports/list-range.ts'
import { INTERVALS } from '../protocol/candle-interval.ts'
import {
  CURSOR_LENGTH_MAX,
  DEPTH_LEVELS_DEFAULT,
  DEPTH_LEVELS_MAX,
  ECHO_LENGTH_MAX,
  OPERATOR_REASON_LENGTH_MAX,
  ORDER_ID_PATTERN,
  PAGE_ROWS_DEFAULT,
  PAGE_ROWS_MAX,
  SYMBOL_PATTERN,
} from '../protocol/limits.ts'
import { ORDER_STATUSES } from '../protocol/records.ts'
import { Rejection } from '../protocol/rejection.ts'
import { reasonText } from './request-schemas.ts'
import type { Parameter, Route } from './route.ts'

const integerText = (max: number) =>
  z
    .string()
    .refine((text) => /^[1-9]\d{0,9}$/.test(text) && Number(text) <= max)
    .meta({ type: 'integer', minimum: 1, maximum: max })

export const limitParameter: Parameter = {
  description: `Number of rows, 1 to ${PAGE_ROWS_MAX}; ${PAGE_ROWS_DEFAULT} if absent.`,
  schema: integerText(PAGE_ROWS_MAX),
}

export const depthParameter: Parameter = {
  description: `Number of price levels on each side, 1 to ${DEPTH_LEVELS_MAX}; ${DEPTH_LEVELS_DEFAULT} if absent.`,
  schema: integerText(DEPTH_LEVELS_MAX),
}

export const cursorParameter: Parameter = {
  description: 'nextCursor of the previous page.',
  schema: z
    .string()
    .regex(/^[\w.:~+/=|-]+$/)
    .max(CURSOR_LENGTH_MAX),
}

export const tradeCursorParameter: Parameter = {
  description: 'nextCursor of the previous page.',
  schema: z
    .string()
    .regex(/^[1-9]\d{0,15}$/)
    .refine((text) => Number.isSafeInteger(Number(text))),
}

const timestampText = z
  .string()
  .refine((text) => parseTimestamp(text) !== undefined)
  .meta({ type: 'string', format: 'date-time' })

export const fromParameter: Parameter = {
  description: 'The earliest time, included: RFC 3339 with at most milliseconds, such as 2026-01-31T12:00:00Z.',
  schema: timestampText,
}

export const toParameter: Parameter = {
  description:
    'The latest time, not included: RFC 3339 with at most milliseconds, such as 2026-01-31T12:00:00Z. It must be after `from`.',
  schema: timestampText,
}

export const sortParameter: Parameter = {
  description: '`desc`: the newest first, which is the default. `asc`: the oldest first.',
  schema: z.enum(SORTS),
}

export const orderIdParameter: Parameter = {
  description: 'Restricts the list to this own order.',
  schema: z.string().regex(ORDER_ID_PATTERN),
}

export const intervalParameter: Parameter = {
  description: `The length of a candle: ${INTERVALS.join(', ')}; 1m if absent.`,
  schema: z.enum(INTERVALS),
}

export const statusParameter: Parameter = {
  description: `One of ${ORDER_STATUSES.join(', ')}; or OPEN for the first three.`,
  schema: z.enum(['OPEN', ...ORDER_STATUSES]),
}

export const symbolParameter: Parameter = {
  description: 'Restricts the request to this instrument.',
  schema: z.string().regex(SYMBOL_PATTERN),
}

export const reasonParameter: Parameter = {
  description: `The operator’s reason, as free text: 1 to ${OPERATOR_REASON_LENGTH_MAX} characters. The events repeat it.`,
  schema: reasonText,
}

/** `limit`, `sort`, `from` and `to`. Rejections: invalid_parameter. */
export function listRangeOf(
  query: Readonly<Record<string, string>>,
): (TimeRange & { readonly limit: number; readonly sort: Sort }) | Rejection<ProblemCode> {
  const { limit, sort = 'desc', from, to } = query
  const fromMs = from === undefined ? undefined : parseTimestamp(from)
  const toMs = to === undefined ? undefined : parseTimestamp(to)
  if (fromMs !== undefined && toMs !== undefined && toMs <= fromMs) {
    return new Rejection('invalid_parameter', 'to: It must be after from.', 'to')
  }
  return {
    limit: limit === undefined ? PAGE_ROWS_DEFAULT : Number(limit),
    sort: sort as Sort,
    ...(fromMs !== undefined && { fromMs }),
    ...(toMs !== undefined && { toMs }),
  }
}

const NONE: Readonly<Record<string, string>> = {}

/** Whether the route checks its query. */
export const readsQuery = (route: Route): boolean => route.query !== undefined || route.access !== 'public'

/** The declared parameters of a request. Rejections: invalid_parameter. */
export function readQuery(route: Route, url: string): Readonly<Record<string, string>> | Rejection<ProblemCode> {
  const mark = url.indexOf('?')
  if (mark < 0 || mark === url.length - 1 || !readsQuery(route)) return NONE
  const found: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) {
    const parameter = Object.hasOwn(route.query ?? NONE, name) ? route.query?.[name] : undefined
    const field = name.slice(0, ECHO_LENGTH_MAX)
    if (parameter === undefined) return new Rejection('invalid_parameter', 'This route has no such parameter.', field)
    if (Object.hasOwn(found, name)) return new Rejection('invalid_parameter', `${name} is repeated.`, field)
    if (!parameter.schema.safeParse(value).success) {
      return new Rejection('invalid_parameter', `${name}: ${parameter.description}`, field)
    }
    found[name] = value
  }
  return found
}
