/**
 * The shape of a body: its fields, their types and words. A zod schema says what is right; this file
 * names what is wrong, in the codes and the precedence of problems.ts.
 */

import type * as z from 'zod'
import { NUMBER_MARK } from './exact-json.ts'
import { type FieldFault, PROBLEM_CODES, PROBLEMS, Problem, type ProblemCode } from './problems.ts'

/** Whether a value came as a JSON number that a double cannot hold. */
export const isLongNumber = (value: unknown): boolean => typeof value === 'string' && value.startsWith(NUMBER_MARK)

/** What a schema found wrong with `body`, as one problem that lists every fault. */
export function shapeProblem(error: z.ZodError, body: unknown): Problem {
  const faults = error.issues.flatMap((issue) => faultsOf(issue, body))
  faults.sort((a, b) => PROBLEM_CODES.indexOf(a.code) - PROBLEM_CODES.indexOf(b.code))
  const [first] = faults
  return new Problem(
    first.code,
    first.detail,
    first.field === '' ? undefined : first.field,
    faults.length > 1 ? { errors: faults } : {},
  )
}

function faultsOf(issue: z.core.$ZodIssue, body: unknown): FieldFault[] {
  const field = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const prefix = field === '' ? '' : `${field}.`
    return issue.keys.map((key) => fault('unknown_field', shorten(prefix + key), `There is no field ${quoted(key)}.`))
  }
  const value = valueAt(body, issue.path)
  if (issue.path.length === 0) return [fault('invalid_body', '', 'Expected a JSON object.')]
  if (value === undefined) return [fault('missing_field', field, `${field} is required.`)]
  if (issue.code === 'invalid_value' && typeof value === 'string' && !isLongNumber(value)) {
    return [fault('invalid_value', field, `${field} must be one of ${issue.values.join(', ')}.`)]
  }
  if (issue.code === 'invalid_format' && !isLongNumber(value)) {
    return [fault('invalid_order_id', field, PROBLEMS.invalid_order_id.title)]
  }
  return [fault('wrong_type', field, `${field} must be ${expectedBy(issue)}.`)]
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

/** What a schema would have taken; only decimals have a check of their own. */
function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.join(', ')}`
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? issue.expected
  return issue.code === 'invalid_format' ? 'a string' : 'a number or a decimal string'
}

const fault = (code: ProblemCode, field: string, detail: string): FieldFault => ({ code, field, detail })

/** Names come from the caller: never echoed at any length. */
const shorten = (name: string): string => (name.length > 64 ? `${name.slice(0, 64)}…` : name)
export const quoted = (name: string): string => JSON.stringify(shorten(name))

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body
  for (const key of path) value = (value as Record<PropertyKey, unknown>)[key]
  return value
}
