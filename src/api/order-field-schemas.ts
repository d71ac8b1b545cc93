/**
 * The fields of an order in requests and answers, as schemas made from the table in protocol/order/order-fields.ts.
 * They check types, words and patterns. Order entry checks the rules between fields.
 */

import * as z from 'zod'
import type { DecimalInput } from '../entry/decimals.ts'
import type { RequestedOptionalFields } from '../entry/order-fields.ts'
import { withoutLongNumber } from '../http/exact-json.ts'
import { ECHO_FIELDS } from '../protocol/order/echo-fields.ts'
import { OPTIONAL_FIELDS, type OptionalField, type OrderField, requestNameOf } from '../protocol/order/order-fields.ts'

/** A long number becomes text, so that nothing behind the schema sees one. */
const decimal = z
  .custom<DecimalInput>((value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'symbol')
  .overwrite(withoutLongNumber)

/** A decimal in a request. */
export const decimalInput = (description: string, example: DecimalInput) =>
  decimal.meta({
    description: `${description} A JSON number or a decimal string; never rounded.`,
    examples: [example],
    type: ['number', 'string'],
    exclusiveMinimum: 0,
    pattern: '^\\d+(\\.\\d+)?$',
  })

const decimalText = z.string().regex(/^\d+(\.\d+)?$/)
/** Decimals and times in an answer. */
export const priceText = decimalText.meta({
  description: 'Has all decimals of the tick.',
  examples: ['50000.00'],
})
export const quantityText = decimalText.meta({ description: 'Has no zeros at the end.', examples: ['1.5'] })
export const timestampText = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ format: 'date-time', examples: ['2026-01-31T12:00:00.000Z'] })

const KIND_RULES: Partial<Record<OrderField['kind'], string>> = {
  ticks: 'A whole number of ticks.',
  lots: 'A whole number of lots.',
  time: 'RFC 3339, at most milliseconds.',
}

/** The meaning of a field and the conditions for its use, in sentences. */
export function describeField({ kind, meaning, onlyWith, requestRule, since, default: absent }: OrderField): string {
  const sentences = [
    meaning,
    KIND_RULES[kind],
    onlyWith && `Required with ${onlyWith.word}, rejected otherwise.`,
    requestRule,
    absent && `${absent} if absent.`,
    since > 1 && `Since rules ${since}.`,
  ]
  return sentences.filter((sentence) => sentence).join(' ')
}

type OptionalShape = {
  [N in keyof RequestedOptionalFields]-?: z.ZodOptional<z.ZodType<Exclude<RequestedOptionalFields[N], undefined>>>
}

/** The optional fields of a request. */
export const optionalRequestShape = Object.fromEntries(
  OPTIONAL_FIELDS.map((field) => [requestNameOf(field), requestSchema(field)]),
) as unknown as OptionalShape

function requestSchema(field: OptionalField): z.ZodType {
  const description = describeField(field)
  switch (field.kind) {
    case 'flag':
      return z.boolean().optional().describe(description)
    case 'word':
      return z.enum(field.words).optional().describe(description)
    case 'text':
      return z.string().regex(field.pattern).optional().describe(description)
    case 'time':
      return z.string().optional().describe(description).meta({ format: 'date-time' })
    case 'ticks':
    case 'lots':
      return decimalInput(description, field.example as DecimalInput).optional()
  }
}

/** The optional fields of an answer; an absent value is the default, or null if there is none. */
export const optionalAnswerShape = answerShape(OPTIONAL_FIELDS)

/** The optional fields that a fill repeats. */
export const echoAnswerShape = answerShape(ECHO_FIELDS)

function answerShape(fields: readonly OptionalField[]): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries(
    fields.map((field) => {
      const schema = answerSchema(field)
      return [requestNameOf(field), field.default === undefined ? schema.nullable() : schema]
    }),
  )
}

function answerSchema(field: OptionalField): z.ZodType {
  switch (field.kind) {
    case 'flag':
      return z.boolean()
    case 'word':
      return z.enum(field.words)
    case 'text':
      return z.string().regex(field.pattern)
    case 'time':
      return timestampText
    case 'ticks':
      return priceText
    case 'lots':
      return quantityText
  }
}

/** The optional fields of an answer if the order has none of them. */
export const NO_OPTIONAL_ANSWERS = absentAnswers(OPTIONAL_FIELDS)
export const NO_ECHO_ANSWERS = absentAnswers(ECHO_FIELDS)

function absentAnswers(fields: readonly OptionalField[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fields.map((field) => [requestNameOf(field), field.default ?? null]))
}
