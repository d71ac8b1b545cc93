import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts'
import { sha256Hex } from '../../entry/api-keys.ts'
import { UsageError } from '../options.ts'
import { openKeyFile } from './api-key-file.ts'

const SECRET = 'a-secret-of-some-length'
const ann = { account: 'ann', keySha256: sha256Hex('ka') }

function written(rows: unknown, mode = 0o600): string {
  const path = join(temporaryDirectory(), 'keys.json')
  writeFileSync(path, typeof rows === 'string' ? rows : JSON.stringify(rows))
  chmodSync(path, mode)
  return path
}
const opened = (path: string) => openKeyFile(path, '--api-keys')

test('a key has the name of its row, or the beginning of its digest', () => {
  const { apiKeys } = opened(written([ann, { ...ann, keySha256: sha256Hex('kb'), name: 'desk 7' }]))
  expect(apiKeys.callerOf('ka')?.keyName).toBe(sha256Hex('ka').slice(0, 8))
  expect(apiKeys.callerOf('kb')?.keyName).toBe('desk 7')
})

const WITH_SECRET = [ann, { ...ann, keySha256: sha256Hex('kb'), secret: SECRET }]

test.skipIf(process.platform === 'win32').each([0o640, 0o604, 0o644])(
  'only a file without a secret may be readable for others: mode %o',
  (mode) => {
    expect(() => opened(written(WITH_SECRET, mode))).toThrow(/contains a secret.*chmod 600/)
    expect(opened(written([ann], mode)).apiKeys.callerOf('ka')?.account).toBe('ann')
  },
)

test.skipIf(process.platform === 'win32').each([0o620, 0o602, 0o666])(
  'no file may be writable for others: mode %o',
  (mode) => {
    for (const rows of [[ann], WITH_SECRET]) {
      const path = written(rows, mode)
      expect(() => opened(path)).toThrow(`others may write it, and so give themselves keys: chmod 600 ${path}`)
    }
  },
)

test.each([
  ['an unknown field', [{ ...ann, operater: true }], 'row 1: there is no field "operater"'],
  ['a number as name', [ann, { ...ann, keySha256: sha256Hex('kb'), name: 7 }], 'row 2: name must be a string'],
  ['a name of two lines', [{ ...ann, name: 'a\nb' }], 'the name of a key of ann'],
  ['a short secret', [{ ...ann, secret: 'short' }], 'must be 16 to 256'],
  ['a misspelled operator', [{ ...ann, opertor: true }], 'row 1: there is no field "opertor"'],
  ['the digest of no key', [{ ...ann, keySha256: sha256Hex('') }], 'the key of ann is the SHA-256 of an empty text'],
  [
    'the digest of no key in capitals',
    [{ ...ann, keySha256: sha256Hex('').toUpperCase() }],
    'the key of ann is the SHA-256 of an empty text',
  ],
  ['an account of the demo market', [ann, { ...ann, account: 'demo-maker-1' }], 'row 2: demo-maker-1 is an account of'],
  ['no object', [7], 'row 1: expected an object'],
  ['no JSON', `[{"secret":"${SECRET}"`, 'it is not JSON'],
])('%s is refused', (_, rows, message) => {
  const open = () => opened(written(rows))
  expect(open).toThrow(UsageError)
  expect(open).toThrow(message)
  expect(open).not.toThrow(SECRET)
})

test('a reload uses the new keys, and after a bad file the old keys stay', () => {
  const path = written([ann])
  const keys = opened(path)
  writeFileSync(path, JSON.stringify([{ ...ann, keySha256: sha256Hex('kb') }]))
  expect(keys.reload()).toBe(1)
  expect([keys.apiKeys.callerOf('ka'), keys.apiKeys.callerOf('kb')?.account]).toEqual([undefined, 'ann'])
  for (const bad of ['', '[]', JSON.stringify([ann, ann]), JSON.stringify([{ ...ann, colour: 'red' }])]) {
    writeFileSync(path, bad)
    expect(() => keys.reload()).toThrow(UsageError)
    expect(keys.apiKeys.callerOf('kb')?.account).toBe('ann')
  }
})

test('a pipe or a directory is refused at once, and after a reload the old keys stay', () => {
  const path = written([ann])
  const keys = opened(path)
  unlinkSync(path)
  for (const make of [() => execFileSync('mkfifo', [path]), () => mkdirSync(path)]) {
    make()
    expect(() => opened(path)).toThrow('it is not a regular file')
    expect(() => keys.reload()).toThrow(UsageError)
    expect(keys.apiKeys.callerOf('ka')?.account).toBe('ann')
    rmSync(path, { recursive: true })
  }
  expect(() => keys.reload()).toThrow(/ENOENT/)
  expect(keys.apiKeys.callerOf('ka')?.account).toBe('ann')
})
