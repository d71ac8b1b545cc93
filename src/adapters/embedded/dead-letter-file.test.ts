import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts'
import { DeadLetterFile } from './dead-letter-file.ts'
import { positionOf } from './log/log-records.ts'

const pathIn = () => join(temporaryDirectory(), 'dead-letters.ndjson')
const lineAt = (position: number) => ({ position: positionOf(position), line: '{"kind":7}', error: 'kind 7' })
const STORED_AT_7 = '{"position":"0000000000000007","error":"kind 7","line":"{\\"kind\\":7}"}\n'
const STORED = '{"error":"not JSON","line":"{\\"version\\":3"}\n'

test('opening creates nothing', () => {
  const path = pathIn()
  new DeadLetterFile(path)
  expect(existsSync(path)).toBe(false)
})

test.each(['', STORED, `{"version":1,${STORED.slice(1)}`])('appends to a file of version 1: %j', (stored) => {
  const path = pathIn()
  writeFileSync(path, stored)
  expect(new DeadLetterFile(path).keep([lineAt(7)])).toEqual([lineAt(7)])
  expect(readFileSync(path, 'utf8')).toBe(`${stored}${STORED_AT_7}`)
})

test('stores each position once, also after a restart', () => {
  const path = pathIn()
  new DeadLetterFile(path).keep([lineAt(7)])
  const again = new DeadLetterFile(path)
  expect(again.keep([lineAt(7), lineAt(9)])).toEqual([lineAt(9)])
  expect(again.keep([lineAt(7), lineAt(9)])).toEqual([])
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3)
})

test('a line that is cut off at the end of the file is stored again on a line of its own', () => {
  const path = pathIn()
  writeFileSync(path, STORED_AT_7.slice(0, 12))
  new DeadLetterFile(path).keep([lineAt(7)])
  expect(readFileSync(path, 'utf8')).toBe(`${STORED_AT_7.slice(0, 12)}\n${STORED_AT_7}`)
})

test('without lines it creates no file', () => {
  const path = pathIn()
  expect(new DeadLetterFile(path).keep([])).toEqual([])
  expect(existsSync(path)).toBe(false)
})

test('refuses a newer file with its path, and leaves it unchanged', () => {
  const path = pathIn()
  writeFileSync(path, '{"version":2,"error":""}\n')
  expect(() => new DeadLetterFile(path)).toThrow(
    expect.objectContaining({ name: 'UnknownVersion', message: expect.stringContaining('has version 2;') }),
  )
  expect(readFileSync(path, 'utf8')).toBe('{"version":2,"error":""}\n')
})
