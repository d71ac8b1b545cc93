import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { snapshotStoreContract } from '../../../test/contracts/snapshot-store.contract.ts'
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts'
import { SnapshotFiles } from './snapshot-files.ts'

snapshotStoreContract(async () => new SnapshotFiles(temporaryDirectory()))
// As a snapshot of some GiB, which takes many reads and writes.
snapshotStoreContract(async () => new SnapshotFiles(temporaryDirectory(), { pieceBytes: 1_000 }))

const bytes = Buffer.from('the state of the books')

test('keeps the last two', async () => {
  const directory = temporaryDirectory()
  const store = new SnapshotFiles(directory)
  for (const position of ['1', '2', '3']) await store.save({ position, bytes })
  expect(readdirSync(directory).sort()).toEqual(['2.snapshot', '3.snapshot'])
})

test('keeps one more that a fold may need to continue', async () => {
  const directory = temporaryDirectory()
  const store = new SnapshotFiles(directory)
  store.needed = () => '2'
  for (const position of ['1', '2', '3', '4', '5']) await store.save({ position, bytes })
  expect(readdirSync(directory).sort()).toEqual(['2.snapshot', '4.snapshot', '5.snapshot'])
  store.needed = () => '4'
  await store.save({ position: '6', bytes })
  expect(readdirSync(directory).sort()).toEqual(['4.snapshot', '5.snapshot', '6.snapshot'])
  store.needed = () => '6'
  await store.save({ position: '7', bytes })
  expect(readdirSync(directory).sort()).toEqual(['6.snapshot', '7.snapshot'])
})

test.each(['a bit', 'its end', 'everything'])('a snapshot that lost %s is skipped', async (lost) => {
  const directory = temporaryDirectory()
  const store = new SnapshotFiles(directory)
  for (const position of ['1', '2']) await store.save({ position, bytes })
  const path = join(directory, '2.snapshot')
  const file = readFileSync(path)
  file[10] ^= 1
  writeFileSync(path, lost === 'a bit' ? file : lost === 'its end' ? file.subarray(0, 12) : '')
  expect((await store.latest('9'))?.position).toBe('1')
})

test('a snapshot that the disk cannot read is skipped', async () => {
  const directory = temporaryDirectory()
  const store = new SnapshotFiles(directory)
  await store.save({ position: '1', bytes })
  // Reading a directory fails after it was opened, as a bad sector does.
  mkdirSync(join(directory, '2.snapshot'))
  expect((await store.latest('9'))?.position).toBe('1')
})

test('an unfinished snapshot is ignored', async () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, '5.snapshot.part'), bytes)
  expect(await new SnapshotFiles(directory).latest('9')).toBeUndefined()
})

test('a snapshot that does not fit in memory is skipped', async () => {
  const directory = temporaryDirectory()
  const store = new SnapshotFiles(directory)
  await store.save({ position: '1', bytes })
  await store.save({ position: '2', bytes: Buffer.concat([bytes, bytes]) })
  const small = new SnapshotFiles(directory, { bytesMax: bytes.length })
  expect(await small.latest('9')).toEqual({ position: '1', bytes })
})

test('the rest of an interrupted save is removed on demand, and nothing else', async () => {
  const directory = temporaryDirectory()
  const store = new SnapshotFiles(directory)
  await store.save({ position: '1', bytes })
  writeFileSync(join(directory, '5.snapshot.part'), bytes)
  writeFileSync(join(directory, 'copy of 1.snapshot'), bytes)
  expect(store.newest()).toBe('1')
  rmSync(join(directory, 'copy of 1.snapshot'))
  store.removeUnfinished()
  expect(readdirSync(directory)).toEqual(['1.snapshot'])
  new SnapshotFiles(join(directory, 'none')).removeUnfinished()
})

test('tells the newest file and when it was saved', async () => {
  const store = new SnapshotFiles(temporaryDirectory())
  expect(store.newestFile()).toBeUndefined()
  const beforeMs = Math.floor(Date.now() / 1_000) * 1_000
  for (const position of ['0000000000000007', '0000000000000012']) await store.save({ position, bytes })
  const newest = store.newestFile()
  expect(newest).toMatchObject({ commands: 12, bytes: bytes.length })
  expect(newest?.savedAtMs).toBeGreaterThanOrEqual(beforeMs)
})
