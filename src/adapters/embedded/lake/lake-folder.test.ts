/** What the folder of the lake keeps, and what it leaves alone. lake-crash.test.ts has the crashes. */

import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import { lakeRecords as records, writeLake } from '../../../../test/fixtures/make-lake-2.ts'
import { rowKeys, runLake } from '../../../../test/lake/lake-log.ts'
import { lakeKeys, lakeRows } from '../../../../test/lake/lake-reader.ts'
import { lakeFileName } from '../../../lake/lake-files.ts'
import { DamagedLake, decodePosition } from '../../../lake/lake-position.ts'
import { LAKE_SUPERSEDED_KEPT_MS } from '../../../protocol/limits.ts'
import { UnknownVersion } from '../../../protocol/versions.ts'
import { LakeFolder, LakeMoved } from './lake-folder.ts'

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return { ...fs, statfsSync: vi.fn(fs.statfsSync) }
})
afterEach(() => vi.mocked(statfsSync).mockReset())

const fixture = (version: number) =>
  fileURLToPath(new URL(`../../../../test/fixtures/lake-${version}`, import.meta.url))
if (process.env.MAKE_FIXTURES === 'lake-2') {
  rmSync(fixture(2), { recursive: true, force: true })
  writeLake(fixture(2))
}
const filesIn = (root: string) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name))

/** A copy of the stored lake, which has the first five records. */
function storedLake(version = 2): string {
  const root = join(temporaryDirectory(), 'lake')
  cpSync(fixture(version), root, { recursive: true })
  return root
}

test('the folder above the lake is never made', () => {
  const above = join(temporaryDirectory(), 'data')
  expect(() => new LakeFolder(join(above, 'lake'), () => 0).open()).toThrow(expect.objectContaining({ code: 'ENOENT' }))
  expect(existsSync(above)).toBe(false)
})

test('the same rows are written with the same bytes', () => {
  const root = join(temporaryDirectory(), 'lake')
  writeLake(root)
  expect(filesIn(root).sort()).toEqual(filesIn(fixture(2)).sort())
  for (const name of filesIn(root)) expect(readFileSync(join(root, name))).toEqual(readFileSync(join(fixture(2), name)))
})

test.each([
  [1, undefined],
  [2, records(5)[4].timestampMs],
])('the stored bytes of version %i are read, and continued', async (version, timestampMs) => {
  const root = storedLake(version)
  const stored = decodePosition(readFileSync(join(root, 'lake.json')))
  expect(stored).toMatchObject({ position: '0000000000000011', timestampMs })
  expect(await lakeKeys(root)).toEqual(rowKeys(records(5)))
  const [first] = await lakeRows(root, 'trades', 'tradeid, price::VARCHAR AS price, quantity::VARCHAR AS quantity')
  expect(first).toEqual({ tradeid: 'BTCUSD-1', price: '1.000000000000', quantity: '0.000000010000' })
  runLake({ root, records: records(8), flushEvery: 3 })
  expect(await lakeKeys(root)).toEqual(rowKeys(records(8)))
})

test('a newer version, and a damaged position, are refused before anything changes', () => {
  for (const [text, error] of [
    ['{"version":3,"position":"","events":{}}', UnknownVersion],
    ['{"version":2,"position":"0000000000000007","events":{}}', DamagedLake],
    ['{"version":2,"position":"0000000000000007","timestampMs":"7","events":{}}', DamagedLake],
    ['{"version":1,"position":"7","events":{}}', DamagedLake],
    ['{"version":1,"position":"0000000000000007","events":{"A":0}}', DamagedLake],
    ['{"version":1,"position":"0000000000000007"}', DamagedLake],
    ['', DamagedLake],
  ] as const) {
    const root = storedLake()
    writeFileSync(join(root, 'lake.json'), text)
    const day = join(root, 'orders/year=2026/month=11/day=26')
    writeFileSync(join(day, `${lakeFileName(3, 999)}.part`), '')
    const before = filesIn(root)
    expect(() => new LakeFolder(root, () => 0).open(), text).toThrow(error)
    expect(filesIn(root)).toEqual(before)
  }
})

test('files with common commands are refused, because rows would count twice', () => {
  const root = storedLake()
  const day = join(root, 'orders/year=2026/month=11/day=26')
  const [name] = readdirSync(day)
  cpSync(join(day, name), join(day, lakeFileName(5, 11)))
  // Without the path of the lake on this machine, because anybody may read the message.
  expect(() => new LakeFolder(root, () => 0).open()).toThrow(/^orders.* has rows of the file before it$/)
})

test('a start deletes what does not count, and nothing that is not its own', () => {
  const root = storedLake()
  const day = join(root, 'orders/year=2026/month=11/day=26')
  const before = filesIn(root)
  for (const name of [lakeFileName(11, 12), `${lakeFileName(3, 5)}.part`]) writeFileSync(join(day, name), '')
  mkdirSync(join(root, 'trades/.removed-2026-11-01'), { recursive: true })
  const foreign = [join(day, 'mine.parquet'), join(root, 'orders/notes.txt')]
  for (const path of foreign) writeFileSync(path, '')
  new LakeFolder(root, () => 0).open()
  expect(filesIn(root).sort()).toEqual([...before, ...foreign.map((path) => path.slice(root.length + 1))].sort())
  expect(existsSync(join(root, 'trades/.removed-2026-11-01'))).toBe(false)
})

test('a superseded file stays for some minutes, for queries that read it', () => {
  const root = storedLake()
  const day = join(root, 'orders/year=2026/month=11/day=26')
  const own = readdirSync(day)
  const [name] = own
  cpSync(join(day, name), join(day, lakeFileName(0, 11)))
  let nowMs = 5
  const folder = new LakeFolder(root, () => nowMs)
  folder.open()
  nowMs += LAKE_SUPERSEDED_KEPT_MS - 1
  folder.removeSuperseded()
  expect(readdirSync(day)).toEqual(expect.arrayContaining(own))
  nowMs += 1
  folder.removeSuperseded()
  expect(readdirSync(day)).toEqual([lakeFileName(0, 11)])
})

test('a superseded file stays until the file that covers it counts', () => {
  const root = storedLake()
  const folder = new LakeFolder(root, () => 0)
  folder.open()
  const [day] = [...folder.days()].filter(({ table, day }) => table === 'orders' && day === '2026-11-27')
  const [{ name, from }] = day.files
  let nowMs = 0
  const later = new LakeFolder(root, () => nowMs)
  later.open()
  later.store('orders', '2026-11-27', from, 15, [readFileSync(join(day.path, name))])
  nowMs += 2 * LAKE_SUPERSEDED_KEPT_MS
  later.removeSuperseded()
  expect(readdirSync(day.path)).toContain(name)
  later.commit({ position: '0000000000000015', timestampMs: 5, events: later.reached.events })
  later.removeSuperseded()
  expect(readdirSync(day.path)).toEqual([lakeFileName(from, 15)])
})

test('the last free bytes of a disk are left to the order log', () => {
  const root = storedLake()
  const folder = new LakeFolder(root, () => 0)
  folder.open()
  const disk = (bytes: number, free: number) =>
    vi.mocked(statfsSync).mockReturnValue({ bsize: 1_024, blocks: bytes / 1_024, bavail: free / 1_024 } as never)
  disk(1e12, 513 * 1024 * 1024)
  folder.checkRoom()
  disk(1e12, 511 * 1024 * 1024)
  expect(() => folder.checkRoom()).toThrow(expect.objectContaining({ code: 'ENOSPC' }))
  disk(1e9, 0.06e9)
  folder.checkRoom()
  disk(1e9, 0.04e9)
  expect(() => folder.checkRoom()).toThrow('the disk is full')
})

test('files of a first flush that was not committed are made again', async () => {
  const root = join(temporaryDirectory(), 'lake')
  runLake({ root, records: records(5), flushEvery: 9 })
  rmSync(join(root, 'lake.json'))
  runLake({ root, records: records(6), flushEvery: 9 })
  expect(await lakeKeys(root)).toEqual(rowKeys(records(6)))
})

test('a lake that has lost its position, or cannot read it, keeps its files', () => {
  const root = storedLake()
  const path = join(root, 'lake.json')
  rmSync(path)
  const before = filesIn(root)
  expect(() => new LakeFolder(root, () => 0).open()).toThrow(DamagedLake)
  // A link to itself cannot be read, as on a disk that fails.
  symlinkSync(path, path)
  expect(() => new LakeFolder(root, () => 0).open()).toThrow(expect.objectContaining({ code: 'ELOOP' }))
  rmSync(path)
  expect(filesIn(root)).toEqual(before)
})

test('a folder that is moved away during a flush is not begun again without its older rows', () => {
  const root = storedLake()
  const folder = new LakeFolder(root, () => 0)
  folder.open()
  folder.checkUnmoved()
  renameSync(root, `${root}-away`)
  expect(() => folder.store('orders', '2026-11-27', 5, 9, [])).toThrow(expect.objectContaining({ code: 'ENOENT' }))
  expect(() => folder.commit(folder.reached)).toThrow(expect.objectContaining({ code: 'ENOENT' }))
  expect(existsSync(root)).toBe(false)
  expect(() => folder.checkUnmoved()).toThrow(LakeMoved)
})
