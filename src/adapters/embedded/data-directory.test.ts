import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts'
import { DirectoryInUse, openDataDirectory, UnusableDirectory } from './data-directory.ts'

test('creates the directory with its parents, and locks it until it is released', () => {
  const path = join(temporaryDirectory(), 'deep', 'data')
  const directory = openDataDirectory(path)
  expect(directory.path).toBe(path)
  expect(existsSync(directory.log) && existsSync(directory.snapshots)).toBe(true)
  expect(() => openDataDirectory(path)).toThrow(DirectoryInUse)
  expect(() => openDataDirectory(path)).toThrow(`in use by process ${process.pid}`)
  directory.release()
  expect(readdirSync(path).sort()).toEqual(['log', 'snapshots'])
  openDataDirectory(path).release()
})

test.each([
  ['a process that has ended', '999999999 5\n'],
  ['another process with the same id', `${process.pid} 5\n`],
  ['nobody', ''],
  ['nonsense', '-1 x\n'],
])('a lock of %s is taken over', (_, content) => {
  const path = temporaryDirectory()
  writeFileSync(join(path, 'lock'), content)
  const directory = openDataDirectory(path)
  expect(readFileSync(join(path, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} \\d*\\n$`))
  directory.release()
})

test.runIf(existsSync('/proc/self/stat'))('the lock of a running process is respected', () => {
  const path = temporaryDirectory()
  const stat = readFileSync(`/proc/${process.ppid}/stat`, 'latin1')
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  writeFileSync(join(path, 'lock'), `${process.ppid} ${start}\n`)
  expect(() => openDataDirectory(path)).toThrow(`in use by process ${process.ppid}`)
  expect(readdirSync(path).filter((name) => name.startsWith('lock'))).toEqual(['lock'])
})

test('refuses a directory with other files, and a file', () => {
  const path = temporaryDirectory()
  writeFileSync(join(path, '.keep'), '')
  openDataDirectory(path).release()
  const other = temporaryDirectory()
  writeFileSync(join(other, 'thesis.txt'), '')
  expect(() => openDataDirectory(other)).toThrow(UnusableDirectory)
  expect(() => openDataDirectory(other)).toThrow('contains other files (thesis.txt)')
  expect(readdirSync(other)).toEqual(['thesis.txt'])
  expect(() => openDataDirectory(join(other, 'thesis.txt'))).toThrow('is not a directory')
  expect(() => openDataDirectory(join(other, 'thesis.txt', 'data'))).toThrow('cannot be created: ENOTDIR')
})
