import { expect, test } from 'vitest'
import { firstFailure } from './batch-response.ts'

const NUMBERS = ['10', '11', '12', '13']
const failures = (...identifiers: unknown[]) => ({
  batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })),
})

test.each([
  ['an empty batchItemFailures list', { batchItemFailures: [] }],
  ['a null batchItemFailures list', { batchItemFailures: null }],
  ['an empty response', {}],
  ['a null response', null],
  ['no response', undefined],
])('%s is complete success', (_, response) => {
  expect(firstFailure(response, NUMBERS)).toBe(4)
})

test.each([
  ['an empty itemIdentifier', failures('')],
  ['a null itemIdentifier', failures(null)],
  ['an itemIdentifier with a bad key name', { batchItemFailures: [{ sequenceNumber: '12' }] }],
  ['an itemIdentifier that is not of this batch', failures('99')],
  ['a failure that is not an object', { batchItemFailures: [null] }],
  ['a text instead of a list', { batchItemFailures: '12' }],
])('%s is complete failure', (_, response) => {
  expect(firstFailure(response, NUMBERS)).toBe(0)
})

test('the batch is repeated from the reported failure', () => {
  expect(firstFailure(failures('12'), NUMBERS)).toBe(2)
})

test('the lowest sequence number of several failures counts', () => {
  expect(firstFailure(failures('13', '11', '12'), NUMBERS)).toBe(1)
})
