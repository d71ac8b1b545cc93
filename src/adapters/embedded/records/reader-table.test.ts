import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { batch } from '../../../../test/contracts/commit-store.contract.ts'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import { allocateReaderTable } from './reader-table.ts'
import { RecordStore } from './record-store.ts'

test('the table has its blocks before LMDB maps it, and LMDB uses it', async () => {
  const path = join(temporaryDirectory(), 'records.lmdb')
  allocateReaderTable(path)
  const table = statSync(`${path}-lock`)
  expect(table.blocks * 512).toBeGreaterThanOrEqual(table.size)
  const store = new RecordStore(path)
  await store.commit(batch('', '1', []))
  expect(statSync(`${path}-lock`).size).toBe(table.size)
  await store.close()
})

test('a table with blocks is left alone, one without gets them', () => {
  const path = join(temporaryDirectory(), 'records.lmdb')
  writeFileSync(path, 'something')
  allocateReaderTable(path)
  const { size } = statSync(`${path}-lock`)
  writeFileSync(`${path}-lock`, Buffer.alloc(size, 7))
  allocateReaderTable(path)
  expect(readFileSync(`${path}-lock`).every((byte) => byte === 7)).toBe(true)
  writeFileSync(`${path}-lock`, '')
  truncateSync(`${path}-lock`, size)
  allocateReaderTable(path)
  expect(statSync(`${path}-lock`).blocks * 512).toBeGreaterThanOrEqual(size)
})
