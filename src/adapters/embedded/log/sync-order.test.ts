/**
 * The order of syncs, on which everything that survives a power cut depends. No test of the content of files can see
 * a missing sync, so these tests record the calls to the file system.
 */

import { appendFileSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { appendTo } from '../../../../test/contracts/order-stream.contract.ts'
import { placeOrder } from '../../../../test/contracts/sample-records.ts'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import { openDataDirectory } from '../data-directory.ts'
import { SnapshotFiles } from '../snapshot-files.ts'
import { OrderLog } from './order-log.ts'

const calls: string[] = vi.hoisted(() => [])
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  const names = new Map<number, string>()
  const nameOf = (fd: number) => names.get(fd) as string
  const short = (path: unknown) => basename(String(path))
  return {
    ...fs,
    openSync: (path: string, flags: string, mode?: number) => {
      const fd = fs.openSync(path, flags, mode)
      names.set(fd, short(path))
      if (/[wx]/.test(flags)) calls.push(`create ${short(path)}`)
      return fd
    },
    writeFileSync: (path: string, data: Buffer, options: { flush?: boolean }) => {
      fs.writeFileSync(path, data, options)
      if (typeof path === 'string')
        calls.push(`create ${short(path)}`, ...(options?.flush ? [`sync ${short(path)}`] : []))
    },
    fsyncSync: (fd: number) => {
      calls.push(`sync ${nameOf(fd)}`)
      fs.fsyncSync(fd)
    },
    fsync: (fd: number, done: (cause: null) => void) => {
      calls.push(`sync ${nameOf(fd)}`)
      fs.fsync(fd, done as never)
    },
    fdatasync: (fd: number, done: (cause: null) => void) => {
      calls.push(`sync ${nameOf(fd)}`)
      fs.fdatasync(fd, done as never)
    },
    ftruncateSync: (fd: number, length: number) => {
      calls.push(`truncate ${nameOf(fd)}`)
      fs.ftruncateSync(fd, length)
    },
    renameSync: (from: string, to: string) => {
      calls.push(`rename ${short(from)} ${short(to)}`)
      fs.renameSync(from, to)
    },
    mkdirSync: (path: string, options: object) => {
      const first = fs.mkdirSync(path, options)
      if (first !== undefined) calls.push(`create ${short(path)}`)
      return first
    },
  }
})
beforeEach(() => {
  calls.length = 0
})

const FIRST = '0000000000000001.log'
const SECOND = '0000000000000002.log'
const openLog = (directory: string) =>
  new OrderLog({ directory, nowMs: () => 0, onRecord: () => {}, onFailed: () => {}, segmentBytesMax: 1 })

test('a segment has its name on the disk before its first command is acknowledged', async () => {
  const directory = temporaryDirectory()
  const log = openLog(directory)
  await appendTo(log, [placeOrder('a')])
  expect(calls).toEqual([`create ${FIRST}`, `sync ${basename(directory)}`, `sync ${FIRST}`])
  await log.close()
})

test('a segment is complete on the disk before the next one is created', async () => {
  const directory = temporaryDirectory()
  const log = openLog(directory)
  await appendTo(log, [placeOrder('a')])
  calls.length = 0
  await appendTo(log, [placeOrder('b')])
  expect(calls).toEqual([
    `truncate ${FIRST}`,
    `sync ${FIRST}`,
    `create ${SECOND}`,
    `sync ${basename(directory)}`,
    `sync ${SECOND}`,
  ])
  await log.close()
})

test('a torn end is on the disk under its own name before it is cut off', async () => {
  const directory = temporaryDirectory()
  const log = openLog(directory)
  await appendTo(log, [placeOrder('a')])
  await log.close()
  const path = join(directory, FIRST)
  appendFileSync(path, readFileSync(path).subarray(0, 40))
  const again = openLog(directory)
  calls.length = 0
  const kept = basename(again.startWriting() as string)
  expect(calls).toEqual([`create ${kept}`, `sync ${kept}`, `sync ${basename(directory)}`, `truncate ${FIRST}`])
  await again.close()
})

test('a snapshot is complete on the disk before it has its name, and has its name before older ones go', async () => {
  const directory = temporaryDirectory()
  await new SnapshotFiles(directory).save({ position: '1', bytes: Buffer.from('state') })
  expect(calls).toEqual([
    'create 1.snapshot.part',
    'sync 1.snapshot.part',
    'rename 1.snapshot.part 1.snapshot',
    `sync ${basename(directory)}`,
  ])
})

test('the names of a new data directory are on the disk before it is used', () => {
  const parent = temporaryDirectory()
  openDataDirectory(join(parent, 'deep', 'data')).release()
  expect(calls.slice(0, 4)).toEqual(['create log', 'sync data', 'sync deep', `sync ${basename(parent)}`])
})
