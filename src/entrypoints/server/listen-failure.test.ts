import { expect, test } from 'vitest'
import { listenFailure } from './listen-failure.ts'

test.each([
  ['EADDRINUSE', 'port 80 on 10.0.0.1 is taken; choose another with --port'],
  ['EACCES', 'this user may not listen on port 80; choose one above 1023 with --port'],
  ['EADDRNOTAVAIL', 'this machine does not have the address 10.0.0.1; choose another with --host'],
  ['ENOTFOUND', 'there is no host 10.0.0.1; choose another with --host'],
])('%s is one sentence', (code, message) => {
  expect(listenFailure(Object.assign(new Error('listen'), { code }), '10.0.0.1', 80)).toMatchObject({ message })
})

test('any other cause stays as it is', () => {
  const cause = Object.assign(new Error('listen EMFILE'), { code: 'EMFILE' })
  expect(listenFailure(cause, '::1', 80)).toBe(cause)
})
