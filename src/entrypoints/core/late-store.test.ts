import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { batch } from '../../../test/contracts/commit-store.contract.ts'
import { orderRecord } from '../../../test/contracts/sample-records.ts'
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts'
import { RecordStore } from '../../adapters/embedded/records/record-store.ts'
import { BEGINNING, type Position } from '../../ports/order-stream.ts'
import { LateStore } from './late-store.ts'

const PAGE = 4096
/** In a meta page of LMDB: its flags, and its transaction. The second half of the first page has the last synced meta. */
const META = { flags: 52, transaction: 152, synced: PAGE / 2 }
/** LMDB sets it in the meta page of a commit that is not synced yet. */
const UNSYNCED = 0x1000

/** A file with the commits 1 and 2, of which the second was not synced when the process was killed. */
async function killedBeforeSync(): Promise<string> {
  const path = join(temporaryDirectory(), 'records.lmdb')
  const store = new RecordStore(path)
  await store.commit(batch(BEGINNING, '1', [orderRecord('a', 1)]))
  await store.flushed()
  const synced = readFileSync(path)
  await store.commit(batch('1', '2', [orderRecord('b', 2)]))
  await store.flushed()
  const killed = `${path}.killed`
  copyFileSync(path, killed)
  await store.close()
  const bytes = readFileSync(killed)
  synced.copy(bytes, META.synced, META.synced, PAGE)
  const newest = [0, PAGE].sort((a, b) => transactionAt(bytes, b) - transactionAt(bytes, a))[0]
  bytes.writeUInt16LE(bytes.readUInt16LE(newest + META.flags) | UNSYNCED, newest + META.flags)
  writeFileSync(killed, bytes)
  return killed
}

const transactionAt = (bytes: Buffer, page: number): number => Number(bytes.readBigUInt64LE(page + META.transaction))

async function positionRead(path: string): Promise<Position> {
  const store = new RecordStore(path, 'read')
  const position = await store.appliedPosition()
  await store.close()
  return position
}

test.each([
  ['with', ['b', 'c']],
  ['without', []],
])(
  'after a kill between a commit and its sync, recovery begins again from what was synced, %s a commit',
  async (_, missing) => {
    const path = await killedBeforeSync()
    const read = await positionRead(path)
    expect(read).toBe('2')
    const late = new LateStore(path, {})
    const began: Position[] = []
    const { recovered, store } = await late.recover(read, async (records) => {
      const from = await records.appliedPosition()
      began.push(from)
      if (missing.length > 0)
        await records.commit(
          batch(
            from,
            '3',
            missing.map((id, i) => orderRecord(id, i + 2)),
          ),
        )
      return from
    })
    expect([began, recovered]).toEqual([['2', '1'], '1'])
    expect(await store.appliedPosition()).toBe(missing.length > 0 ? '3' : '1')
    expect(store.find('ann', 'a')).toBeDefined()
    await late.close()
  },
)

test('a file that was not opened is not created', async () => {
  const late = new LateStore(join(temporaryDirectory(), 'records.lmdb'), {})
  await late.close()
  const failing = late.recover(BEGINNING, async () => {
    throw new Error('a damaged log')
  })
  await expect(failing).rejects.toThrow('a damaged log')
})
