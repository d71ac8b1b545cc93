import { describe, expect, test } from 'vitest'
import { CORE_ORDER_FIELDS, hasOptionalFields, OPTIONAL_FIELDS, OPTIONAL_ORDER_FIELDS } from './order-fields.ts'

const ALL = Object.entries({ ...CORE_ORDER_FIELDS, ...OPTIONAL_ORDER_FIELDS })

test('hasOptionalFields finds each optional field of the table, and no other', () => {
  for (const { name, example } of OPTIONAL_FIELDS) expect(hasOptionalFields({ [name]: example }), name).toBe(true)
  const core = Object.fromEntries(Object.entries(CORE_ORDER_FIELDS).map(([name, { example }]) => [name, example]))
  expect(hasOptionalFields(core)).toBe(false)
})

test('optional fields are in the table in the order of the rules that introduced them', () => {
  const versions = OPTIONAL_FIELDS.map(({ since }) => since)
  expect(versions).toEqual(versions.toSorted((a, b) => a - b))
})

describe.each(ALL)('%s', (name, field) => {
  test('has an example that it allows', () => {
    const { example } = field
    const fits = {
      word: () => 'words' in field && (field.words as readonly unknown[]).includes(example),
      flag: () => example === true,
      ticks: () => /^\d+\.\d+$/.test(String(example)),
      lots: () => /^\d+\.\d+$/.test(String(example)),
      time: () => !Number.isNaN(Date.parse(String(example))),
      text: () => 'pattern' in field && (field.pattern as RegExp).test(String(example)),
    }
    expect(fits[field.kind]()).toBe(true)
  })

  test('needs no escape in JSON or in the patterns that read it', () => {
    expect(name).toMatch(/^[a-z][A-Za-z]*$/)
    for (const word of 'words' in field ? field.words : []) expect(word).toMatch(/^[A-Z_]+$/)
  })

  test('has an explanation in whole sentences', () => {
    for (const text of [field.meaning, 'requestRule' in field ? field.requestRule : '.']) expect(text).toMatch(/\.$/)
  })
})
