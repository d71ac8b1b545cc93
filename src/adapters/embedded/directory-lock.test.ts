import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts'
import { DirectoryInUse, lockForReader, lockForWriter } from './directory-lock.ts'

/** A disk on which no file can be changed. */
const disk = vi.hoisted(() => ({ fails: false }))
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  const fail = () => {
    if (disk.fails) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
  }
  const rmSync: typeof fs.rmSync = (path, options) => {
    fail()
    fs.rmSync(path, options)
  }
  const ftruncateSync: typeof fs.ftruncateSync = (fd, length) => {
    fail()
    fs.ftruncateSync(fd, length)
  }
  return { ...fs, rmSync, ftruncateSync }
})

test('there is one writer, and the message names it by process, host and start', () => {
  const root = temporaryDirectory()
  const lock = lockForWriter(root)
  expect(readFileSync(join(root, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} ${hostname()} \\d{4}-.*Z\\n$`))
  for (const open of [lockForWriter, lockForReader]) {
    expect(() => open(root)).toThrow(DirectoryInUse)
    expect(() => open(root)).toThrow(
      new RegExp(`in use by process ${process.pid} on ${hostname()}, started at \\d{4}-.*Z\\. Stop it`),
    )
  }
  lock.release()
  const next = lockForWriter(root)
  expect([lock.leftBehind, next.leftBehind]).toEqual([false, false])
  next.release()
})

test('a writer leaves an empty file, which a reader locks: no writer starts while it reads', () => {
  const root = temporaryDirectory()
  lockForWriter(root).release()
  expect(readFileSync(join(root, 'lock'), 'utf8')).toBe('')
  const reader = lockForReader(root)
  expect(() => lockForWriter(root)).toThrow('is being read by bidding-exchange verify')
  reader.release()
  lockForWriter(root).release()
})

test.each([
  ['without a file', undefined],
  ['with an empty file', ''],
  ['with the text of a killed process', '1 elsewhere 2026-01-01T00:00:00.000Z\n'],
])('a lock that is given back leaves the directory as it was, %s', (_, content) => {
  const root = temporaryDirectory()
  const path = join(root, 'lock')
  if (content !== undefined) writeFileSync(path, content)
  lockForWriter(root).giveBack()
  expect(existsSync(path) ? readFileSync(path, 'utf8') : undefined).toBe(content)
})

test.each([
  ['another running process', `${process.ppid} 5\n`],
  ['a process on another host', '1 elsewhere 2026-01-01T00:00:00.000Z\n'],
  ['nobody', ''],
  ['nonsense', '-1 x\n'],
])('the text of the file decides nothing: it names %s', (_, content) => {
  const root = temporaryDirectory()
  writeFileSync(join(root, 'lock'), content)
  const lock = lockForWriter(root)
  expect(readFileSync(join(root, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `))
  lock.release()
})

test('many readers share the directory, keep a writer out, and write nothing', () => {
  const root = temporaryDirectory()
  writeFileSync(join(root, 'lock'), 'left behind\n')
  const readers = [lockForReader(root), lockForReader(root)]
  expect(() => lockForWriter(root)).toThrow('is being read by bidding-exchange verify')
  for (const reader of readers) {
    reader.check()
    reader.release()
  }
  expect(readFileSync(join(root, 'lock'), 'utf8')).toBe('left behind\n')
  lockForWriter(root).release()
})

test('a reader of a directory without a lock notices that a writer has started', () => {
  const root = temporaryDirectory()
  const reader = lockForReader(root)
  expect(existsSync(join(root, 'lock'))).toBe(false)
  reader.check()
  const writer = lockForWriter(root)
  expect(() => reader.check()).toThrow('was opened by an exchange in the meantime')
  writer.release()
})

test('the descriptor of a removed file is not mistaken for the lock', () => {
  const root = temporaryDirectory()
  const first = lockForWriter(root)
  rmSync(join(root, 'lock'))
  const second = lockForWriter(root)
  expect(() => lockForWriter(root)).toThrow(DirectoryInUse)
  second.release()
  first.release()
})

test.each(['release', 'giveBack'] as const)('%s ends the lock, also if the disk changes no file', (how) => {
  const root = temporaryDirectory()
  const lock = lockForWriter(root)
  disk.fails = true
  lock[how]()
  disk.fails = false
  const next = lockForWriter(root)
  expect(next.leftBehind).toBe(true)
  next.release()
})
