import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts'
import { openDataDirectory, readDataDirectory, UnusableDirectory } from './data-directory.ts'
import { DirectoryInUse } from './directory-lock.ts'

test('creates the directory with its parents, and locks it until it is released', () => {
  const path = join(temporaryDirectory(), 'deep', 'data')
  const directory = openDataDirectory(path)
  expect(directory.path).toBe(path)
  expect(existsSync(directory.log)).toBe(true)
  expect(() => openDataDirectory(path)).toThrow(DirectoryInUse)
  directory.release()
  expect(readdirSync(path)).toEqual(['lock', 'log'])
  openDataDirectory(path).release()
})

test('refuses a directory with other files, and a file', () => {
  const path = temporaryDirectory()
  writeFileSync(join(path, '.keep'), '')
  openDataDirectory(path).release()
  const other = temporaryDirectory()
  writeFileSync(join(other, 'thesis.txt'), '')
  for (const open of [openDataDirectory, readDataDirectory]) {
    expect(() => open(other)).toThrow(UnusableDirectory)
    expect(() => open(other)).toThrow('contains other files (thesis.txt)')
    expect(() => open(join(other, 'thesis.txt'))).toThrow('is not a directory')
  }
  expect(readdirSync(other)).toEqual(['thesis.txt'])
  expect(() => openDataDirectory(join(other, 'thesis.txt', 'data'))).toThrow(
    'cannot be opened: a part of the path is not a directory (ENOTDIR)',
  )
})

test.each([
  ['a folder `log` with other files', 'log/system.log'],
  ['a file `lock` beside others', 'lock', 'CURRENT'],
])('refuses the directory of another program: %s', (_, ...files) => {
  const path = temporaryDirectory()
  for (const file of files) {
    mkdirSync(join(path, file, '..'), { recursive: true })
    writeFileSync(join(path, file), '')
  }
  const before = readdirSync(path, { recursive: true }).sort()
  expect(() => openDataDirectory(path)).toThrow('contains other files')
  expect(readdirSync(path, { recursive: true }).sort()).toEqual(before)
})

test('accepts a directory with segments, whatever is beside them', () => {
  const path = temporaryDirectory()
  mkdirSync(join(path, 'log'))
  writeFileSync(join(path, 'log', '0000000000000001.log'), '')
  writeFileSync(join(path, 'notes.txt'), '')
  openDataDirectory(path).release()
})

test('reading needs a data directory, and creates nothing', () => {
  const path = temporaryDirectory()
  expect(() => readDataDirectory(path)).toThrow('is not a data directory of an exchange')
  expect(() => readDataDirectory(join(path, 'none'))).toThrow('is not a data directory of an exchange')
  mkdirSync(join(path, 'log'))
  readDataDirectory(path).release()
  expect(readdirSync(path)).toEqual(['log'])
})

test.skipIf(process.platform === 'win32')('only the user of the exchange can read a new directory', () => {
  const path = join(temporaryDirectory(), 'data')
  const directory = openDataDirectory(path)
  const modes = [path, directory.log].map((name) => statSync(name).mode & 0o777)
  expect(modes).toEqual([0o700, 0o700])
  expect(statSync(join(path, 'lock')).mode & 0o777).toBe(0o600)
  expect(directory.isOpenToOthers).toBe(false)
  directory.release()
  for (const mode of [0o750, 0o705, 0o770]) {
    chmodSync(path, mode)
    const again = openDataDirectory(path)
    expect(again.isOpenToOthers).toBe(true)
    again.release()
  }
})
