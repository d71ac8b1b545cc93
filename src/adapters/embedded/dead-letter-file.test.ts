import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts'
import { DeadLetterFile } from './dead-letter-file.ts'

const pathIn = () => join(temporaryDirectory(), 'dead-letters.ndjson')
const STORED = '{"error":"not JSON","line":"{\\"version\\":3"}\n'

test('opening creates nothing', () => {
  const path = pathIn()
  new DeadLetterFile(path)
  expect(existsSync(path)).toBe(false)
})

test.each(['', STORED, `{"version":1,${STORED.slice(1)}`])('appends to a file of version 1: %j', (stored) => {
  const path = pathIn()
  writeFileSync(path, stored)
  new DeadLetterFile(path).add('{"kind":7}', 'kind 7')
  expect(readFileSync(path, 'utf8')).toBe(`${stored}{"error":"kind 7","line":"{\\"kind\\":7}"}\n`)
})

test('refuses a newer file with its path, and leaves it unchanged', () => {
  const path = pathIn()
  writeFileSync(path, '{"version":2,"error":""}\n')
  expect(() => new DeadLetterFile(path)).toThrow(
    expect.objectContaining({ name: 'UnknownVersion', message: expect.stringContaining('has version 2;') }),
  )
  expect(readFileSync(path, 'utf8')).toBe('{"version":2,"error":""}\n')
})
