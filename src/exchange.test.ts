import { describe, expect, test } from 'vitest'
import { full, gate, kinds, openExchange } from '../test/contracts/memory-exchange.ts'
import { MemoryStream, settled } from '../test/contracts/memory-ports.ts'
import { DEFINITIONS, placeOrder } from '../test/contracts/sample-records.ts'
import { mergePages, type OrderQuery } from './ports/order-reader.ts'
import { finish } from './ports/paced.ts'
import type { Command } from './protocol/command/commands.ts'
import { INSTRUMENTS_MAX } from './protocol/limits.ts'
import { lots, ticks } from './protocol/units.ts'
import { recover } from './recovery/recover.ts'
import { verify } from './recovery/verification.ts'

describe('a receipt', () => {
  test('resolves when the command is durable and matched', async () => {
    const { exchange, stream, submit } = await openExchange()
    const disk = gate()
    stream.disk = disk.shut
    let answered = false
    const submitted = submit([placeOrder('a')]).then((receipts) => {
      answered = true
      return receipts
    })
    await settled()
    expect(answered).toBe(false)
    // An order that may still be lost is not visible.
    expect(exchange.find('ann', 'a')).toBeUndefined()
    disk.open()
    expect(await submitted).toEqual([{ kind: 'accepted', receivedAtMs: 1_000 }])
    expect(exchange.find('ann', 'a')?.status).toBe('NEW')
  })

  test('contains the outcome if the caller waits', async () => {
    const { submit } = await openExchange()
    await submit([placeOrder('a')])
    const [taken] = await submit([placeOrder('b', { side: 'SELL' })], true)
    expect(taken).toMatchObject({ kind: 'accepted', outcome: { order: { status: 'FILLED', fills: [1] } } })
    const cancel: Command = { kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a' }
    expect(await submit([cancel], true)).toMatchObject([{ outcome: { rejection: 'order_not_open' } }])
  })

  test('in a batch each order has its own', async () => {
    const { submit } = await openExchange()
    await submit([placeOrder('a')])
    const conflict = placeOrder('a', { quantity: lots(11) })
    const receipts = await submit([placeOrder('b'), placeOrder('a'), conflict, placeOrder('c')])
    expect(kinds(receipts)).toEqual(['accepted', 'repeated', 'conflict', 'accepted'])
  })
})

describe('an order id that was used', () => {
  test.each(['at once', 'after its commit', 'after it closed'])(
    '%s is repeated or a conflict, and does not enter the stream',
    async (when) => {
      const { submit, stream, clock } = await openExchange()
      await submit([placeOrder('a')])
      if (when !== 'at once') await clock.advance(1_000)
      if (when === 'after it closed')
        await submit([{ kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a' }])
      const entered = stream.records.length
      expect(kinds(await submit([placeOrder('a')]))).toEqual(['repeated'])
      expect(kinds(await submit([placeOrder('a', { price: ticks(101) })]))).toEqual(['conflict'])
      expect(kinds(await submit([placeOrder('a', { symbol: 'ETHUSD' })]))).toEqual(['conflict'])
      expect(stream.records).toHaveLength(entered)
      expect(kinds(await submit([placeOrder('a', { account: 'bob' })]))).toEqual(['accepted'])
    },
  )

  test('twice in one call', async () => {
    const { submit, stream } = await openExchange()
    expect(kinds(await submit([placeOrder('a'), placeOrder('a')]))).toEqual(['accepted', 'repeated'])
    expect(stream.records[1].commands).toHaveLength(1)
  })

  test('while it is in flight is answered only after it is durable', async () => {
    const { submit, stream } = await openExchange()
    const disk = gate()
    stream.disk = disk.shut
    const first = submit([placeOrder('a')])
    let answered = false
    const again = submit([placeOrder('a'), placeOrder('b')]).finally(() => {
      answered = true
    })
    const other = submit([placeOrder('a', { quantity: lots(3) })])
    await settled()
    expect(answered).toBe(false)
    disk.open()
    expect(kinds(await first)).toEqual(['accepted'])
    expect(kinds(await again)).toEqual(['repeated', 'accepted'])
    expect(kinds(await other)).toEqual(['conflict'])
    expect(stream.records.slice(1).flatMap(({ commands }) => commands)).toHaveLength(2)
  })

  test('beside another order that fails has its own receipt', async () => {
    const { submit, stream } = await openExchange()
    await submit([placeOrder('a')])
    stream.disk = Promise.reject(full())
    stream.disk.catch(() => {})
    expect(await submit([placeOrder('a'), placeOrder('b')])).toMatchObject([
      { kind: 'repeated', order: { orderId: 'a' } },
      { kind: 'failed', code: 'storage_full', retryable: true },
    ])
  })

  test('and fails again does not fail the orders beside it, which are durable', async () => {
    const { exchange, submit, stream } = await openExchange()
    const disk = gate()
    stream.disk = disk.shut
    const first = submit([placeOrder('a')])
    stream.disk = Promise.resolve()
    const again = submit([placeOrder('a'), placeOrder('b')])
    stream.disk = Promise.reject(full())
    stream.disk.catch(() => {})
    disk.fail(full())
    await expect(first).rejects.toThrow('full')
    expect(kinds(await again)).toEqual(['failed', 'accepted'])
    expect(exchange.find('ann', 'b')?.status).toBe('NEW')
  })

  test('whose first command failed is new', async () => {
    const { submit, stream } = await openExchange()
    const disk = gate()
    stream.disk = disk.shut
    const first = submit([placeOrder('a')])
    stream.disk = Promise.resolve()
    const again = submit([placeOrder('a', { quantity: lots(3) })])
    disk.fail(full())
    await expect(first).rejects.toThrow('full')
    expect(kinds(await again)).toEqual(['accepted'])
    expect(stream.records.slice(1)).toHaveLength(1)
  })
})

test('a command that did not become durable has no effect', async () => {
  const { exchange, submit, stream } = await openExchange()
  stream.disk = Promise.reject(full())
  await expect(submit([placeOrder('a'), placeOrder('b')], true)).rejects.toMatchObject({ code: 'storage_full' })
  expect(exchange.find('ann', 'a')).toBeUndefined()
  expect(exchange.book('BTCUSD', 10).bids).toEqual([])
  stream.disk = Promise.resolve()
  expect(kinds(await submit([placeOrder('a'), placeOrder('b')]))).toEqual(['accepted', 'accepted'])
})

describe('the store', () => {
  const ioc = (orderId: string) => placeOrder(orderId, { timeInForce: 'IOC' })

  test('receives closed orders a moment later, and orders are found at every moment', async () => {
    const { exchange, store, clock, submit } = await openExchange()
    const commits = store.commits
    await submit([placeOrder('a'), ioc('b')])
    const found = () => ['a', 'b'].map((id) => exchange.find('ann', id)?.status)
    expect([store.commits, ...found()]).toEqual([commits, 'NEW', 'CANCELED'])
    await clock.advance(200)
    expect([store.commits, ...found()]).toEqual([commits + 1, 'NEW', 'CANCELED'])
    expect(['a', 'b'].map((id) => store.find('ann', id)?.status)).toEqual([undefined, 'CANCELED'])
  })

  test('and the matcher give one list, before and after a commit, page by page', async () => {
    const { exchange, store, clock, submit } = await openExchange()
    const list = async (query: OrderQuery) => {
      const pages = [finish(exchange.orders.list('ann', query)), await store.list('ann', query)]
      return mergePages(pages, query)
    }
    const walk = async (limit: number, status?: 'OPEN' | 'CANCELED') => {
      const ids: string[] = []
      for (let cursor: string | undefined, more = true; more; ) {
        const page = await list({ limit, ...(status && { status }), ...(cursor && { cursor }) })
        ids.push(...page.rows.map(({ orderId }) => orderId))
        cursor = page.next
        more = cursor !== undefined
      }
      return ids.join('')
    }
    await submit([placeOrder('a'), ioc('b'), placeOrder('c'), ioc('d'), placeOrder('e', { account: 'bob' })])
    for (const _ of ['not stored', 'stored']) {
      for (const limit of [1, 2, 3, 100]) expect(await walk(limit)).toBe('dcba')
      expect([await walk(1, 'OPEN'), await walk(1, 'CANCELED')]).toEqual(['ca', 'db'])
      await clock.advance(200)
    }
    await submit([ioc('f'), { kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a' }])
    for (const limit of [1, 4, 100]) expect(await walk(limit)).toBe('fdcba')
    await expect(list({ limit: 1, cursor: 'x' })).rejects.toThrow('the cursor is not one of this list')
  })

  test('may be slow: matching continues, and no record of that time is lost', async () => {
    const { exchange, store, submit } = await openExchange()
    const disk = gate()
    store.disk = disk.shut
    await submit([placeOrder('a')])
    const first = exchange.commit()
    await settled()
    await submit([placeOrder('b', { side: 'SELL', quantity: lots(4) })])
    expect(exchange.find('ann', 'a')).toMatchObject({ status: 'PARTIALLY_FILLED', filled: 4 })
    const second = exchange.commit()
    disk.open()
    await Promise.all([first, second])
    expect(store.find('ann', 'b')).toMatchObject({ filled: 4, fills: [1] })
    expect(store.count()).toEqual({ orders: 1, trades: 1 })
    expect(exchange.counts().uncommittedEvents).toBe(0)
  })

  test('may fail: the failure is reported, the commit retried, and the result is the same', async () => {
    const { exchange, stream, store, snapshots, clock, troubles, submit } = await openExchange()
    store.disk = Promise.reject(full())
    store.disk.catch(() => {})
    await submit([placeOrder('a')])
    await clock.advance(300)
    expect(troubles).toHaveLength(1)
    await submit([placeOrder('b', { side: 'SELL', quantity: lots(4) })])
    expect(exchange.find('ann', 'a')?.filled).toBe(4)
    await clock.advance(1_000)
    expect(troubles.length).toBeGreaterThan(1)
    store.disk = Promise.resolve()
    await clock.advance(2_000)
    expect(store.count()).toEqual({ orders: 1, trades: 1 })
    expect(await verify(stream, store, snapshots)).toMatchObject({ agrees: true })
  })

  test('that fails is a trouble until it works again', async () => {
    const { exchange, store, clock, submit } = await openExchange()
    expect(exchange.trouble).toBeUndefined()
    store.disk = Promise.reject(full())
    store.disk.catch(() => {})
    await submit([ioc('a')])
    await clock.advance(2_000)
    expect(exchange.trouble).toEqual({
      cause: 'store_failing',
      sinceMs: 1_040,
      detail: 'The commit of orders and trades fails: full',
    })
    store.disk = Promise.resolve()
    await clock.advance(2_000)
    expect(exchange.trouble).toBeUndefined()
  })

  test('that fails does not keep the exchange from stopping', async () => {
    const { exchange, store, snapshots, submit } = await openExchange()
    store.disk = Promise.reject(full())
    store.disk.catch(() => {})
    await submit([ioc('a')])
    expect(await exchange.close()).toEqual({ unstoredEvents: 2, snapshot: 'skipped' })
    expect(snapshots.kept.size).toBe(0)
  })

  test('is rebuilt from the stream', async () => {
    const { stream, exchange, submit } = await openExchange()
    await submit([placeOrder('a'), placeOrder('b', { side: 'SELL', quantity: lots(4) })])
    const again = await openExchange(new MemoryStream(stream.records))
    expect(again.store.count()).toEqual({ orders: 1, trades: 1 })
    expect(again.exchange.stateHash()).toBe(exchange.stateHash())
  })
})

describe('a snapshot', () => {
  test('is stored at the end, and the next start applies no commands', async () => {
    const { exchange, stream, store, snapshots, submit } = await openExchange()
    await submit([placeOrder('a')])
    await exchange.close()
    expect([...snapshots.kept.keys()]).toEqual([store.position])
    const recovered = await recover(stream, store, snapshots)
    expect(recovered).toMatchObject({ replayedCommands: 0, snapshotPosition: store.position })
    expect(recovered.state.stateHash()).toBe(exchange.stateHash())
  })

  test('is not stored again without new commands', async () => {
    const first = await openExchange()
    await first.submit([placeOrder('a')])
    await first.exchange.close()
    const second = await openExchange(first.stream, first.store, first.snapshots)
    first.snapshots.kept.clear()
    await second.exchange.close()
    expect(first.snapshots.kept.size).toBe(0)
    // There is no snapshot now: this start applies commands, and the next one must not.
    const third = await openExchange(first.stream, first.store, first.snapshots)
    await third.exchange.close()
    expect(first.snapshots.kept.size).toBe(1)
  })

  test('is skipped at the end if there is no time for it', async () => {
    const { exchange, snapshots, submit } = await openExchange()
    await submit([placeOrder('a')])
    expect(await exchange.close(() => 0)).toEqual({ unstoredEvents: 0, snapshot: 'skipped' })
    expect(snapshots.kept.size).toBe(0)
  })

  test('that cannot be stored is reported, and matching continues', async () => {
    const { exchange, store, snapshots, troubles, submit } = await openExchange()
    snapshots.disk = Promise.reject(full())
    snapshots.disk.catch(() => {})
    await submit([placeOrder('a', { timeInForce: 'IOC' })])
    await exchange.close()
    expect(troubles).toEqual(['the snapshot could not be stored'])
    expect(store.count().orders).toBe(1)
  })

  test('is stored every 250,000 commands', async () => {
    const { exchange, snapshots, submit, clock } = await openExchange()
    const quiet: Command[] = Array.from({ length: 50_000 }, () => ({ kind: 'AdvanceTime', symbol: 'BTCUSD' }))
    const [one] = quiet
    for (let i = 0; i < 4; i++) await submit(quiet)
    await exchange.commit()
    await clock.advance(1_000)
    await submit([one])
    await clock.advance(1_000)
    expect(snapshots.kept.size).toBe(0)
    // Prepared, then made of the position of the next commit.
    await submit(quiet)
    await clock.advance(1_000)
    await submit([one])
    await clock.advance(1_000)
    expect(snapshots.kept.size).toBe(1)
  })
})

describe('an operator command', () => {
  const adopt = (): Command => ({ kind: 'AdoptRules', rules: 2 })
  const define = (n: number): Command => ({
    kind: 'DefineInstrument',
    symbol: `S${n}`.replace('-', 'X'),
    base: 'A',
    quote: 'B',
    tickSize: '1',
    lotSize: '1',
  })

  test('of two adoptions at the same time one is applied, and the other has the outcome rules_not_newer', async () => {
    const { submit } = await openExchange()
    await submit([define(1)])
    const receipts = await Promise.all([submit([adopt()], true), submit([adopt()], true)])
    expect(receipts.flat()).toEqual([
      { kind: 'accepted', receivedAtMs: 1_000, outcome: {} },
      { kind: 'accepted', receivedAtMs: 1_000, outcome: { rejection: 'rules_not_newer' } },
    ])
  })

  test('defines no instrument above the limit, also if many are sent at the same time', async () => {
    const { exchange, stream, submit } = await openExchange()
    await submit(Array.from({ length: INSTRUMENTS_MAX - DEFINITIONS.length - 1 }, (_, n) => define(n)))
    const receipts = (await Promise.all([submit([define(-1)]), submit([define(-2), adopt()], true)])).flat()
    expect(receipts).toMatchObject([
      { kind: 'accepted' },
      { kind: 'refused', code: 'too_many_instruments' },
      { kind: 'accepted', outcome: {} },
    ])
    expect(exchange.instruments.size).toBe(INSTRUMENTS_MAX)
    expect(stream.records.flatMap(({ commands }) => commands)).not.toContainEqual(define(-2))
    expect(kinds(await submit([{ kind: 'CloseInstrument', symbol: 'S1' }, define(1)]))).toEqual([
      'accepted',
      'accepted',
    ])
  })

  test('a definition that the disk refused does not count', async () => {
    const { exchange, stream, submit } = await openExchange()
    await submit(Array.from({ length: INSTRUMENTS_MAX - DEFINITIONS.length - 1 }, (_, n) => define(n)))
    stream.disk = Promise.reject(full())
    await expect(submit([define(-1)])).rejects.toThrow('full')
    stream.disk = Promise.resolve()
    expect(kinds(await submit([define(-2)]))).toEqual(['accepted'])
    expect(exchange.instruments.size).toBe(INSTRUMENTS_MAX)
  })
})
