import { expect, test } from 'vitest'
import { UsageError } from '../options.ts'
import { startOptions } from './start-options.ts'

test('the demo market has a directory of its own, unless one is given', () => {
  expect(startOptions([])).toMatchObject({ dataPath: './data', demo: undefined })
  expect(startOptions(['--demo'])).toMatchObject({
    dataPath: './data-demo',
    demo: { seed: 1, rate: 50, anyway: false },
  })
  const words = ['--demo', '--data', 'x', '--demo-seed', '0', '--demo-rate', '5000', '--demo-anyway']
  expect(startOptions(words)).toMatchObject({ dataPath: 'x', demo: { seed: 0, rate: 5000, anyway: true } })
})

test.each([
  ['--demo-rate', '0'],
  ['--demo-rate', '10001'],
  ['--demo-seed', '4294967296'],
  ['--demo-seed', '-1'],
])('%s %s is refused', (option, value) => {
  expect(() => startOptions(['--demo', `${option}=${value}`])).toThrow(UsageError)
})

test('options of the demo market without it are refused', () => {
  expect(() => startOptions(['--demo-seed=7'])).toThrow('--demo-seed is for --demo')
})
