import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { open as openLmdb } from 'lmdb'
import { expect, onTestFinished, test, vi } from 'vitest'
import { batch, commitStoreContract, type StoreUnderTest } from '../../../../test/contracts/commit-store.contract.ts'
import { orderReaderContract } from '../../../../test/contracts/order-reader.contract.ts'
import { orderRecord, tradeRecord } from '../../../../test/contracts/sample-records.ts'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import { StaleCommit } from '../../../ports/commit-store.ts'
import { BEGINNING } from '../../../ports/order-stream.ts'
import type { OperationalFailure } from '../../../protocol/failure.ts'
import { RecordStore } from './record-store.ts'

/** Bytes that are free on the disk; undefined: as many as there are. */
const disk = vi.hoisted(() => ({ freeBytes: undefined as number | undefined }))
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  const statfsSync = (path: string) =>
    disk.freeBytes === undefined ? fs.statfsSync(path) : { bavail: disk.freeBytes, bsize: 1 }
  return { ...fs, statfsSync }
})

function open(path = join(temporaryDirectory(), 'records.lmdb')): StoreUnderTest<RecordStore> {
  const stores: RecordStore[] = []
  const openAgain = (): RecordStore => {
    const store = new RecordStore(path)
    stores.push(store)
    return store
  }
  const close = async (): Promise<void> => {
    for (const store of stores.splice(0)) await store.close()
  }
  const store = openAgain()
  onTestFinished(close)
  return {
    store,
    openAgain,
    reopen: async () => {
      await close()
      return open(path)
    },
  }
}

commitStoreContract(async () => open())
orderReaderContract(async () => {
  const { store } = open()
  return { store, reader: store, trades: { list: async (...asked) => store.trades.list(...asked) } }
})

test('a store without a fence, of an earlier program, gets one with the next commit', async () => {
  const path = join(temporaryDirectory(), 'records.lmdb')
  const opened = open(path)
  await opened.store.commit(batch('', '1', [orderRecord('a', 1)]))
  await opened.reopen().then(async ({ store }) => store.close())
  const root = openLmdb({ path, noSubdir: true, maxDbs: 8 })
  await root.openDB({ name: 'fence', useVersions: true }).drop()
  await root.close()
  const many = Array.from({ length: 3_000 }, (_, i) => orderRecord(`o-${i}`, i + 1))
  const { store, openAgain } = open(path)
  const late = openAgain()
  await store.commit(batch('1', '2', many))
  await expect(late.commit(batch('1', '2', many))).rejects.toThrow(StaleCommit)
  await store.commit(batch('2', '3', many))
})

test('matching does not wait for the write of a commit', async () => {
  const { store } = open()
  const ordersOf = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => orderRecord(`${name}-${i}`, i + 1))
  /** Whether the commit has ended before the thread does other work. */
  const endsAtOnce = async (...commit: Parameters<typeof batch>): Promise<boolean> => {
    let ended = false
    const end = store.commit(batch(...commit)).then(() => {
      ended = true
    })
    for (let i = 0; i < 20; i++) await Promise.resolve()
    const atOnce = ended
    await end
    return atOnce
  }
  expect(await endsAtOnce('', '1', ordersOf('first', 1))).toBe(true)
  expect(await endsAtOnce('1', '2', ordersOf('second', 1))).toBe(false)
  expect(await endsAtOnce('2', '3', ordersOf('third', 100))).toBe(false)
})

/** Orders whose `tag` notes the turn of the event loop in which it is read. */
function ordersReadInTurns(count: number) {
  let turn = 0
  const readIn = new Map<number, number>()
  const orders = Array.from({ length: count }, (_, i) =>
    Object.defineProperty(orderRecord(`o-${i}`, i + 1), 'tag', {
      enumerable: true,
      get: () => {
        readIn.set(turn, (readIn.get(turn) ?? 0) + 1)
        return 'desk 7'
      },
    }),
  )
  const nextTurn = (): void => {
    turn++
    clock = setImmediate(nextTurn)
  }
  let clock = setImmediate(nextTurn)
  onTestFinished(() => clearImmediate(clock))
  return { orders, readIn }
}

test.each([
  [200, [200]],
  [500, [200, 200, 100]],
  [4_000, new Array(8).fill(500)],
])('a commit encodes %d orders in turns of %j', async (count, turns) => {
  const { store } = open()
  await store.commit(batch('', '1', [orderRecord('first', 0)]))
  const { orders, readIn } = ordersReadInTurns(count)
  await store.commit(batch('1', '2', orders))
  expect([...readIn.values()]).toEqual(turns)
  expect(store.count().orders).toBe(count + 1)
})

test('a store that is closed while a commit encodes its orders stores none of them', async () => {
  const path = join(temporaryDirectory(), 'records.lmdb')
  const store = new RecordStore(path)
  await store.commit(batch('', '1', [orderRecord('first', 0)]))
  const { orders, readIn } = ordersReadInTurns(4_000)
  const commit = store.commit(batch('1', '2', orders)).catch((cause) => cause)
  await store.close()
  expect(await commit).toMatchObject({ code: 'stopping', retryable: true })
  expect([...readIn.values()]).toEqual([500])
  const { store: again } = open(path)
  expect(await again.appliedPosition()).toBe('1')
  expect(again.count().orders).toBe(1)
})

test('an order that arrives after the store was closed is refused', async () => {
  const store = new RecordStore(join(temporaryDirectory(), 'records.lmdb'))
  await store.commit(batch(BEGINNING, '1', [orderRecord('a', 1)]))
  await store.close()
  expect(() => store.find('ann', 'a')).toThrow(expect.objectContaining({ code: 'stopping', retryable: true }))
})

test('reading only leaves the directory as it is', async () => {
  const path = join(temporaryDirectory(), 'records.lmdb')
  const opened = open(path)
  const order = orderRecord('a', 1)
  await opened.store.commit(batch('', '1', [order]))
  await opened.store.close()
  rmSync(`${path}-lock`)
  const before = readFileSync(path)
  const store = new RecordStore(path, 'untouched')
  store.check(true)
  store.check(false)
  expect(await store.appliedPosition()).toBe('1')
  expect(store.find('ann', 'a')).toEqual(order)
  await store.close()
  expect(readdirSync(join(path, '..'))).toEqual(['records.lmdb'])
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('counts all trades of a symbol, and iterates over them', async () => {
  const { store } = open()
  const trades = [tradeRecord(1), tradeRecord(2), tradeRecord(1, { symbol: 'ETHUSD' })]
  await store.commit(batch('', '1', [orderRecord('a', 1), orderRecord('b', 2)], { trades }))
  expect(store.count()).toEqual({ orders: 2, trades: 3 })
  expect([...store.trades.allAfter('BTCUSD', 0)]).toEqual(trades.slice(0, 2))
  expect(store.trades.find('ETHUSD', 1)).toEqual(trades[2])
  expect(store.trades.find('ETHUSD', 2)).toBeUndefined()
})

test('a listing with few results returns them and a cursor after its limit of rows', async () => {
  const { store } = open()
  const orders = Array.from({ length: 20_001 }, (_, i) => orderRecord(`o-${i}`, i + 1, { status: 'FILLED' }))
  await store.commit(batch('', '1', [orderRecord('first', 0), ...orders]))
  const page = await store.list('ann', { limit: 10, status: 'NEW' })
  expect(page.rows).toEqual([])
  const next = await store.list('ann', { limit: 10, status: 'NEW', cursor: page.next as string })
  expect(next.rows.map(({ orderId }) => orderId)).toEqual(['first'])
  expect(next.next).toBeUndefined()
})

/** A store whose disk has failed. With `panic` LMDB refuses reads too. */
class FailedStore extends RecordStore {
  failAfterPuts(): void {
    vi.spyOn(this.meta, 'put').mockImplementationOnce(() => {
      throw new Error('No space left on device')
    })
  }

  failReads(): void {
    const panicked = () => {
      throw new Error('MDB_PANIC: Update of meta page failed')
    }
    vi.spyOn(this.orders, 'get').mockImplementationOnce(panicked)
    vi.spyOn(this.meta, 'get').mockImplementationOnce(panicked)
  }

  fail(panic: boolean): void {
    const throwing = (message: string) => () => {
      throw new Error(message)
    }
    vi.spyOn(this.root, 'transactionSync').mockImplementationOnce(throwing('Input/output error'))
    if (panic) vi.spyOn(this.meta, 'get').mockImplementationOnce(throwing('MDB_PANIC: Update of meta page failed'))
  }
}

test.each([
  ['is reported', true],
  ['that can still be read is not reported', false],
])('a store that cannot write %s', async (_, panic) => {
  const failures: OperationalFailure[] = []
  const store = new FailedStore(join(temporaryDirectory(), 'records.lmdb'), 'write', {
    onFailed: (cause) => failures.push(cause),
  })
  onTestFinished(() => store.close())
  store.fail(panic)
  const failed = await store.commit(batch(BEGINNING, '1', [])).catch((cause) => cause)
  expect(failed).toMatchObject({ code: 'storage_failed', retryable: true })
  expect(failures).toEqual(panic ? [failed] : [])
})

test('a store that LMDB refuses to read fails the order, and is reported once LMDB has given it up', async () => {
  const failures: OperationalFailure[] = []
  const store = new FailedStore(join(temporaryDirectory(), 'records.lmdb'), 'write', {
    onFailed: (cause) => failures.push(cause),
  })
  onTestFinished(() => store.close())
  await store.commit(batch(BEGINNING, '1', [orderRecord('a', 1)]))
  store.failReads()
  const failed = { code: 'storage_failed', message: expect.stringContaining('MDB_PANIC') }
  expect(() => store.find('ann', 'a')).toThrow(expect.objectContaining(failed))
  expect(failures).toMatchObject([failed])
})

test('a commit for which the disk has no room does not begin, and succeeds when there is room', async () => {
  const { store } = open()
  const orders = Array.from({ length: 1_000 }, (_, i) => orderRecord(`o-${i}`, i + 1, { status: 'CANCELED' }))
  disk.freeBytes = 1_000_000
  onTestFinished(() => {
    disk.freeBytes = undefined
  })
  const failure = { code: 'storage_failed', retryable: true, message: expect.stringContaining('No space left') }
  await expect(store.commit(batch(BEGINNING, '1', orders))).rejects.toMatchObject(failure)
  await store.commit(batch(BEGINNING, '1', orders.slice(0, 10)))
  disk.freeBytes = 2_000_000
  await store.commit(batch('1', '2', orders.slice(10)))
  expect((await store.list('ann', { limit: 2_000 })).rows).toHaveLength(1_000)
})

test('a commit asks for the room of the fills that its orders list', async () => {
  const { store } = open()
  const fills = Array.from({ length: 1_000 }, (_, i) => 10_000_000 + i)
  const orders = Array.from({ length: 100 }, (_, i) => orderRecord(`o-${i}`, i + 1, { status: 'CANCELED', fills }))
  disk.freeBytes = 1_000_000
  onTestFinished(() => {
    disk.freeBytes = undefined
  })
  await expect(store.commit(batch(BEGINNING, '1', orders))).rejects.toThrow('No space left')
})

test('fills and candles are not made from stored trades while the disk has no room', async () => {
  const path = join(temporaryDirectory(), 'records.lmdb')
  const trades = Array.from({ length: 1_000 }, (_, i) => tradeRecord(i + 1))
  const before = open(path)
  await before.store.commit(batch(BEGINNING, '1', [], { trades }))
  await before.store.close()
  const root = openLmdb({ path, noSubdir: true, maxDbs: 16 })
  await root.openDB({ name: 'folds' }).drop()
  await root.close()
  const { store } = open(path)
  disk.freeBytes = 1_000_000
  onTestFinished(() => {
    disk.freeBytes = undefined
  })
  expect(() => store.catchUp()).toThrow('No space left')
  disk.freeBytes = undefined
  expect(store.catchUp()).toBe(500)
})

// A large batch is encoded in turns of the event loop, and the last of them fails.
test.each([10, 3_000])('of a batch of %d records nothing is stored if one cannot be encoded', async (count) => {
  const { store, reopen } = open()
  await store.commit(batch(BEGINNING, '1', [orderRecord('first', 0)]))
  const orders = Array.from({ length: count }, (_, i) => orderRecord(`o-${i}`, i + 1))
  const unknown = { tag: (2n ** 70n) as unknown as string }
  const broken = batch('1', '2', [...orders.slice(1), orderRecord('o-0', 1, unknown)])
  await expect(store.commit(broken)).rejects.toMatchObject({ code: 'storage_failed' })
  const again = await reopen()
  expect(await again.store.appliedPosition()).toBe('1')
  expect(again.store.count()).toEqual({ orders: 1, trades: 0 })
  await again.store.commit(batch('1', '2', orders))
  expect(again.store.count().orders).toBe(count + 1)
})

test.each([1, 1_000])('after a failed commit %d records of a new form can be read by any reader', async (count) => {
  const path = join(temporaryDirectory(), 'records.lmdb')
  const store = new FailedStore(path)
  onTestFinished(() => store.close())
  let event = 0
  const orders = (name: string, more = {}) =>
    Array.from({ length: count }, (_, i) => orderRecord(`${name}-${i}`, ++event, { status: 'CANCELED', ...more }))
  const batches = [
    batch(BEGINNING, '1', orders('plain'), { trades: Array.from({ length: count }, (_, i) => tradeRecord(i + 1)) }),
    batch('1', '2', orders('tagged', { tag: 'desk 7' })),
  ]
  for (const one of batches) {
    store.failAfterPuts()
    await expect(store.commit(one)).rejects.toThrow('No space left on device')
    await store.commit(one)
  }
  const reader = new RecordStore(path, 'untouched')
  onTestFinished(() => reader.close())
  const found = await reader.list('ann', { limit: 3 * count })
  expect(found.rows).toHaveLength(2 * count)
  expect(found.rows.filter(({ tag }) => tag === 'desk 7')).toHaveLength(count)
  expect(reader.trades.list('BTCUSD', { limit: 2 * count })).toHaveLength(count)
})
