/**
 * The type of each kind of order field. Entry checks it, so that a dialect which misses a check cannot make a
 * command whose line does not decode: `postOnly: 'true'` or `tag: 5` would.
 */

import type { OrderField } from '../protocol/order/order-fields.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { EntryRejection } from './entry-codes.ts'

type Kind = OrderField['kind']

const TYPE_NAMES: Readonly<Record<Kind, string>> = {
  flag: 'true or false',
  word: 'a string',
  text: 'a string',
  time: 'a time as text, or a number of milliseconds',
  ticks: 'a number or a decimal string',
  lots: 'a number or a decimal string',
}

export function hasType(kind: Kind, value: unknown): boolean {
  const type = typeof value
  if (kind === 'flag') return type === 'boolean'
  return type === 'string' || (type === 'number' && kind !== 'word' && kind !== 'text')
}

export const wrongType = (kind: Kind, name: string): EntryRejection =>
  new Rejection('wrong_type', `${name} must be ${TYPE_NAMES[kind]}.`, name)

/** The rejection of a present value that has not the type of its kind. Rejections: wrong_type. */
export const typeRejection = (kind: Kind, value: unknown, name: string): EntryRejection | undefined =>
  value === undefined || hasType(kind, value) ? undefined : wrongType(kind, name)

/** Whether a value is text that matches. RegExp.test alone would also take a number or a list for its text. */
export const isTextLike = (pattern: RegExp, value: unknown): value is string =>
  typeof value === 'string' && pattern.test(value)
