/**
 * Turns the faults that a zod schema found in the shape of a body into one problem. The shape covers fields,
 * types and words. Codes and precedence are those of problems.ts.
 */

import type * as z from 'zod'
import { quoted, shortened } from '../entry/quoted.ts'
import { ERRORS_LISTED_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { FaultyRequest, type FieldFault } from './problem-body.ts'
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from './problems.ts'

/** One problem that lists the first {@link ERRORS_LISTED_MAX} faults that a schema found in `body`. */
export function shapeProblem(error: z.ZodError, body: unknown): Rejection<ProblemCode> {
  const faults = error.issues.flatMap((issue) => faultsOf(issue, body))
  faults.sort((a, b) => PROBLEM_CODES.indexOf(a.code) - PROBLEM_CODES.indexOf(b.code))
  const [{ code, detail, field }] = faults
  const first = new Rejection(code, detail, field === '' ? undefined : field)
  return faults.length > 1 ? new FaultyRequest(first, faults.slice(0, ERRORS_LISTED_MAX)) : first
}

function faultsOf(issue: z.core.$ZodIssue, body: unknown): FieldFault[] {
  const field = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const prefix = field === '' ? '' : `${field}.`
    return issue.keys
      .slice(0, ERRORS_LISTED_MAX)
      .map((key) => fault('unknown_field', shortened(prefix + key), `There is no field ${quoted(key)}.`))
  }
  const value = valueAt(body, issue.path)
  if (issue.path.length === 0) return [fault('invalid_body', '', 'Expected a JSON object.')]
  if (value === undefined) return [fault('missing_field', field, `${field} is required.`)]
  if (issue.code === 'invalid_value' && typeof value === typeof issue.values[0]) {
    return [fault('invalid_value', field, `${field} must be one of ${issue.values.join(', ')}.`)]
  }
  if (issue.code === 'invalid_format' || issue.code === 'too_big' || issue.code === 'too_small') {
    if (field === 'orderId') return [fault('invalid_order_id', field, PROBLEMS.invalid_order_id.title)]
    return [fault('invalid_value', field, `${field} ${boundOf(issue)}.`)]
  }
  return [fault('wrong_type', field, `${field} must be ${expectedBy(issue)}.`)]
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'true or false',
  number: 'a whole number',
  int: 'a whole number',
  array: 'a list',
  object: 'an object',
}

/** The limit that a value of the right type is beyond. */
function boundOf(
  issue: z.core.$ZodIssueInvalidStringFormat | z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall,
): string {
  if (issue.code === 'invalid_format' || issue.origin === 'string') {
    return 'has characters or a length that are not allowed'
  }
  const isAbove = issue.code === 'too_big'
  const bound = isAbove ? `at most ${issue.maximum}` : `at least ${issue.minimum}`
  return issue.origin === 'array' ? `has too ${isAbove ? 'many' : 'few'} elements: ${bound}` : `must be ${bound}`
}

/** The type that the schema requires. Only decimals have a custom check in the schemas. */
function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.join(', ')}`
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? issue.expected
  return 'a number or a decimal string'
}

const fault = (code: ProblemCode, field: string, detail: string): FieldFault => ({ code, field, detail })

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body
  for (const key of path) value = (value as Record<PropertyKey, unknown>)[key]
  return value
}
