import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JSON_NESTING_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { parseExactJson, withoutLongNumber } from './exact-json.ts'

/** A JSON text, and its value with every long number as `{ exact: text }`. */
interface Sample {
  readonly text: string
  readonly value: unknown
}

const sampled = (text: string): Sample => ({ text, value: JSON.parse(text) })

/** Any string in any escaped form, also one that looks like a number or contains U+0000. */
const string = fc
  .oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u0000', '\u00001.5', '1e300', '__proto__', '\\u0000'))
  .chain((value) => fc.constantFrom(JSON.stringify(value), escaped(value)))
  .map(sampled)

function escaped(value: string): string {
  return `"${value.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`
}

const shortNumber = fc.stringMatching(/^-?(0|[1-9]\d{0,9})(\.\d{1,5})?$/).map(sampled)
const longNumber = fc
  .stringMatching(/^-?[1-9]\d{15,40}(\.\d{1,40})?$/)
  .map((text): Sample => ({ text, value: { exact: text } }))

const { json } = fc.letrec<{ json: Sample }>((tie) => ({
  json: fc.oneof(
    { maxDepth: JSON_NESTING_MAX - 1, withCrossShrink: true },
    fc.oneof(string, shortNumber, longNumber, fc.constantFrom('true', 'false', 'null').map(sampled)),
    fc.array(tie('json'), { maxLength: 4 }).map((items) => ({
      text: `[${items.map(({ text }) => text).join(' ,')}]`,
      value: items.map(({ value }) => value),
    })),
    fc.uniqueArray(fc.tuple(string, tie('json')), { maxLength: 4, selector: ([key]) => key.value }).map((fields) => ({
      text: `{${fields.map(([key, { text }]) => `${key.text}: ${text}`).join()}}`,
      value: Object.fromEntries(fields.map(([key, { value }]) => [key.value, value])),
    })),
  ),
}))

/** Writes every long number as `{ exact: text }`. */
function shown(value: unknown): unknown {
  if (typeof value === 'symbol') return { exact: withoutLongNumber(value) }
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, shown(child)]))
}

test('reads every text like JSON.parse, but keeps the digits of long numbers', () => {
  fc.assert(
    fc.property(json, ({ text, value }) => {
      expect(shown(parseExactJson(text))).toStrictEqual(value)
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['["\\u0000"]', ['\u0000']],
  ['["\\u0000", 1e2]', ['\u0000', { exact: '100' }]],
  ['{"a":"\\u00001.5","b":12345678901234567890}', { a: '\u00001.5', b: { exact: '12345678901234567890' } }],
  ['["\\\\u0000", 1E-2]', ['\\u0000', { exact: '0.01' }]],
  ['[1e300, "2e300", 3e300]', [{ exact: `1${'0'.repeat(98)}` }, '2e300', { exact: `3${'0'.repeat(98)}` }]],
  ['-0.0000000000000001', -1e-16],
])('%s', (text, value) => {
  expect(shown(parseExactJson(text))).toStrictEqual(value)
})

describe('rejects', () => {
  test('every text that JSON.parse rejects', () => {
    const damaged = fc
      .tuple(json, fc.nat(), fc.constantFrom('', '"', ',', 'e', '-', '1', '.', '\u0000', ']'))
      .map(([{ text }, at, more]) => {
        const place = at % (text.length + 1)
        return text.slice(0, place) + more + text.slice(more === '' ? place + 1 : place)
      })
    fc.assert(
      fc.property(fc.oneof(fc.string(), damaged), (text) => {
        let valid = true
        try {
          JSON.parse(text)
        } catch {
          valid = false
        }
        if (!valid) expect(parseExactJson(text)).toBeInstanceOf(Rejection)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['', 'malformed_json'],
    ['[1e5-3]', 'malformed_json'],
    ['[01e5]', 'malformed_json'],
    ['[12345678901234567890.]', 'malformed_json'],
    ['{"a":1,"a":2}', 'duplicate_key'],
    ['{"a":1e5,"\\u0061":2}', 'duplicate_key'],
    [`${'['.repeat(JSON_NESTING_MAX + 1)}${']'.repeat(JSON_NESTING_MAX + 1)}`, 'malformed_json'],
  ])('%s', (text, code) => {
    expect(parseExactJson(text)).toMatchObject({ code })
  })
})
