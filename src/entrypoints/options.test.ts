import { expect, test } from 'vitest'
import { describeOptions, type Option, readOptions, UsageError, wholeNumber } from './options.ts'

const OPTIONS: readonly Option[] = [
  { flag: 'port', value: 'N', variable: 'X_PORT', byDefault: '3000', help: 'port' },
  { flag: 'data', value: 'DIR', variable: 'X_DATA', help: 'directory' },
  { flag: 'json', help: 'as JSON' },
]
const read = (argv: string[], environment = {}) => readOptions(argv, OPTIONS, environment)

test('a flag has precedence over its variable, and the variable over the default', () => {
  expect(read(['--port', '1'], { X_PORT: '2' }).values.port).toBe('1')
  expect(read(['--port', '1'], { X_PORT: '2' }).givenBy.port).toBe('--port')
  expect(read([], { X_PORT: '2' }).givenBy.port).toBe('X_PORT')
  expect(read(['--port=1']).values.port).toBe('1')
  expect(read([], { X_PORT: '2' }).values.port).toBe('2')
  expect(read([], { X_PORT: '' }).values.port).toBe('3000')
  expect(read([]).values).toEqual({ port: '3000', data: undefined, json: undefined })
})

test('reads switches, help and remaining words', () => {
  expect(read(['--json', 'rest'])).toMatchObject({ values: { json: 'true' }, help: false, rest: ['rest'] })
  expect(read(['-h']).help).toBe(true)
})

test.each([['--color'], ['--port'], ['--port='], ['--json=yes'], ['-x']])('%s is refused in one line', (word) => {
  expect(() => read([word])).toThrow(UsageError)
  expect(() => read([word])).toThrow(/^[^\n]+$/)
})

test.each(['', '-1', '1.5', '1e3', ' 1', 'x', '11', undefined])('%j is not a whole number up to 10', (text) => {
  expect(() => wholeNumber('n', text, 0, 10)).toThrow(UsageError)
})

test('a whole number in its range', () => {
  expect(['0', '10'].map((text) => wholeNumber('n', text, 0, 10))).toEqual([0, 10])
})

test('help is aligned and lists variables and defaults', () => {
  expect(describeOptions(OPTIONS)).toBe(
    [
      '  --port N    port (default 3000, X_PORT)',
      '  --data DIR  directory (X_DATA)',
      '  --json      as JSON',
      '  --help      show this text',
    ].join('\n'),
  )
})
