/** Known faults of such systems. Each test shows one way to lose, repeat or misorder orders, which the matcher avoids. */

import { describe, expect, test } from 'vitest'
import { OperationalFailure } from '../../src/protocol/failure.ts'
import { place, ShardWorld } from './shard-world.ts'

const refuse = async (): Promise<never> => {
  throw new OperationalFailure('unavailable', 'not now', { retryable: true })
}
const YEAR_MS = 365 * 86_400_000

describe('known faults', () => {
  test('neighbouring sequence numbers of 56 digits are different positions', async () => {
    const world = new ShardWorld()
    const matcher = world.start()
    const [a, b] = [world.append([place('a')]), world.append([place('b')])]
    expect(Number(BigInt(a.position))).toBe(Number(BigInt(b.position)))
    await matcher.processBatch([a])
    expect(await matcher.processBatch([a, b])).toEqual({ failures: [] })
    expect(world.order('b')?.status).toBe('NEW')
    expect(world.counts.commands).toBe(3)
  })

  test('a record whose publication failed is not marked and is published by the next process', async () => {
    const world = new ShardWorld()
    const failing = world.start({ publisher: { ...world.publisher, publish: refuse } })
    const record = world.append([place('a')])
    expect((await failing.processBatch([record])).firstFailure).toBe(record.position)
    expect(world.published.marks.size).toBe(0)
    // The cache has the commit, so another process finds the record applied. It must still publish it.
    expect((await world.start().processBatch([record])).firstFailure).toBeUndefined()
    expect(world.order('a')?.status).toBe('NEW')
  })

  test('a better price trades first, even if the order is 20 years later', async () => {
    const world = new ShardWorld()
    const records = [
      world.append([place('early', { price: '100' })]),
      world.append([place('late', { price: '100.01' })], 20 * YEAR_MS),
      world.append([place('seller', { account: 'bob', side: 'SELL', price: '100' })]),
    ]
    await world.start().processBatch(records)
    expect(world.order('late')?.status).toBe('FILLED')
    expect(world.order('early')?.status).toBe('NEW')
  })

  test('quantities of 0.1 and 0.2 fill an order of 0.3 exactly', async () => {
    const world = new ShardWorld()
    const sell = (orderId: string, quantity: string) => place(orderId, { account: 'bob', side: 'SELL', quantity })
    const record = world.append([place('a', { quantity: '0.3' }), sell('b', '0.1'), sell('c', '0.2')])
    await world.start().processBatch([record])
    expect(world.order('a')).toMatchObject({ status: 'FILLED', filled: 3, quantity: 3 })
  })

  test('records after a failed record are not applied, and the first failure is reported', async () => {
    const world = new ShardWorld()
    let publications = 0
    const publish = (publication: Parameters<typeof world.publisher.publish>[0]) =>
      ++publications === 2 ? refuse() : world.publisher.publish(publication)
    const matcher = world.start({ publisher: { ...world.publisher, publish } })
    const padding = ' '.repeat(600_000)
    const records = ['a', 'b', 'c'].map((id) => world.append([JSON.stringify(place(id)) + padding]))
    const { firstFailure } = await matcher.processBatch(records)
    expect(firstFailure).toBe(records[1].position)
    expect(world.cacheState.books.get('BTCUSD')?.cacheVersion.position).toBe(records[1].position)
    expect(world.order('c')).toBeUndefined()
    expect((await matcher.processBatch(records.slice(1))).firstFailure).toBeUndefined()
    expect([...world.published.orders.values()].map((order) => order.firstEvent)).toEqual([2, 3, 4])
  })

  test('a failing symbol does not stop another, and the lowest failure is reported', async () => {
    const world = new ShardWorld()
    const cache = {
      ...world.cache,
      load: (symbol: string) => (symbol === 'BTCUSD' ? refuse() : world.cache.load(symbol)),
    }
    const eth = world.append([place('e', { symbol: 'ETHUSD' })], 0, 'ETHUSD')
    const btc = [world.append([place('a')]), world.append([place('b')])]
    const later = world.append([place('f', { symbol: 'ETHUSD' })], 0, 'ETHUSD')
    const result = await world.start({ cache }).processBatch([eth, ...btc, later])
    expect(result.firstFailure).toBe(btc[0].position)
    expect(world.order('f')?.status).toBe('NEW')
  })

  test('the trades of a batch are published together and in order', async () => {
    const world = new ShardWorld()
    const sells = [1, 2, 3].map((n) => place(`s${n}`, { account: 'bob', side: 'SELL' }))
    await world.start().processBatch([world.append([...sells, place('buyer', { quantity: '3' })])])
    const appended = world.published.tradeStream.get('BTCUSD')?.flat() ?? []
    expect(appended.map((trade) => trade.tradeNumber)).toEqual([1, 2, 3])
  })

  test('a line that is not a command becomes a dead letter with its bytes, and matching continues', async () => {
    const world = new ShardWorld()
    const record = world.append([place('a'), '{"kind":', { ...place('x'), symbol: 'ETHUSD' }, place('b')])
    expect(await world.start().processBatch([record])).toEqual({ failures: [] })
    expect(world.letters.map((letter) => [letter.index, letter.reason])).toEqual([
      [2, 'not JSON'],
      [3, 'symbol "ETHUSD" among those of BTCUSD'],
    ])
    expect(Buffer.from(world.letters[0].bytes).toString()).toBe('{"kind":')
    expect(world.order('b')?.status).toBe('NEW')
    const stranger = { ...world.append(['what is this']), symbol: 'UNKNOWN' }
    expect(await world.start().processBatch([stranger])).toEqual({ failures: [] })
    expect(world.letters).toHaveLength(3)
  })

  test('a record with an unknown command, field or instrument fails until a newer program runs', async () => {
    const world = new ShardWorld()
    const first = world.append([place('a')])
    const auction = world.append(['{"kind":"OpenAuction","symbol":"BTCUSD"}', place('b')])
    const { firstFailure, failures } = await world.start().processBatch([first, auction])
    expect(firstFailure).toBe(auction.position)
    expect(String(failures[0].cause)).toContain('unknown kind "OpenAuction"')
    // The record before it is matched, nothing after it is, and there is no dead letter.
    expect(world.order('a')?.status).toBe('NEW')
    expect(world.order('b')).toBeUndefined()
    const field = world.append([place('c', { displayQuantity: '0.1' })])
    expect((await world.start().processBatch([field])).firstFailure).toBe(field.position)
    const undefinedSymbol = { ...world.append([place('d', { symbol: 'ETHUSD' })], 0, 'ETHUSD') }
    const text = Buffer.from(undefinedSymbol.bytes).toString().split('\n').slice(1).join('\n')
    const early = { ...undefinedSymbol, bytes: Buffer.from(text) }
    expect(String((await world.start().processBatch([early])).failures[0].cause)).toContain('instrument "ETHUSD"')
    expect(world.letters).toEqual([])
  })

  test('for the first order of a symbol, only the cache and the mark are read', async () => {
    const world = new ShardWorld()
    const never = (): never => {
      throw new Error('must not be read')
    }
    const matcher = world.start({ stream: { read: never, follow: never, parentsOf: never }, snapshots: never })
    expect(await matcher.processBatch([world.append([place('a')])])).toEqual({ failures: [] })
  })

  test('a cache that went back to the position of an idle process: the records after it are applied again', async () => {
    const world = new ShardWorld()
    const [idle, busy] = [world.start(), world.start()]
    const [a, b, c] = [world.append([place('a')]), world.append([place('b')]), world.append([place('c')])]
    await idle.processBatch([a])
    const earlier = new Map(world.cacheState.books)
    await busy.processBatch([b])
    world.cacheState.books = earlier
    expect(await idle.processBatch([c])).toEqual({ failures: [] })
    expect(world.order('c')?.firstEvent).toBe(4)
    expect(world.counts.rebuilds).toBe(1)
  })

  test('after the cache is emptied, the book is rebuilt from snapshot and stream, and no trade is published twice', async () => {
    const world = new ShardWorld()
    const matcher = world.start()
    for (const id of ['a', 'b', 'c']) await matcher.processBatch([world.append([place(id)], 16 * 60_000)])
    expect(world.snapshots.length).toBeGreaterThan(0)
    world.cacheState.books.clear()
    await matcher.processBatch([world.append([place('s', { account: 'bob', side: 'SELL', quantity: '3' })])])
    expect(world.published.trades.size).toBe(3)
    expect(world.published.faults).toEqual([])
  })

  test('if the stream has deleted records that the book needs, the symbol stops', async () => {
    const world = new ShardWorld()
    await world.start().processBatch([world.append([place('a')])])
    world.cacheState.books.clear()
    world.records[0] = { ...world.records[0], symbol: 'ETHUSD' }
    const { failures } = await world.start().processBatch([world.append([place('b')])])
    expect(String(failures[0].cause)).toContain('StreamTruncated')
    expect(world.order('b')).toBeUndefined()
  })

  test('a commit whose response is lost is not applied twice', async () => {
    const world = new ShardWorld()
    let lost = 1
    const commit: typeof world.cache.commit = async (...args) => {
      const cacheVersion = await world.cache.commit(...args)
      return lost-- > 0 ? refuse() : cacheVersion
    }
    const matcher = world.start({ cache: { ...world.cache, commit } })
    expect(await matcher.processBatch([world.append([place('a')])])).toEqual({ failures: [] })
    expect(world.order('a')?.lastEvent).toBe(2)
  })

  test('a cached book of an unknown version is refused, and nothing is written', async () => {
    const world = new ShardWorld()
    await world.start().processBatch([world.append([place('a')])])
    const book = world.cacheState.books.get('BTCUSD')
    if (book !== undefined) world.cacheState.books.set('BTCUSD', { ...book, format: 999 })
    const later = world.append([place('b')])
    const { firstFailure, failures } = await world.start().processBatch([later])
    expect(firstFailure).toBe(later.position)
    expect(String(failures[0].cause)).toContain('the cached book of BTCUSD has version 999')
    expect(world.cacheState.books.get('BTCUSD')).toEqual({ ...book, format: 999 })
  })
})

describe('an order that is in the stream twice enters once', () => {
  const again = (orderId: string, more: object = {}) => place(orderId, { ...more, again: true })
  const cancel = { kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a' }

  test.each([
    ['while the order is open', [place('a'), again('a')], 2],
    ['after it has closed', [place('a'), cancel, again('a')], 3],
    ['if the retry comes before the first attempt', [again('a'), cancel, place('a')], 3],
    ['if the first attempt was lost', [again('a')], 2],
  ])('%s, in one batch', async (_, lines, events) => {
    const world = new ShardWorld()
    await world.start().processBatch([world.append(lines)])
    expect(world.published.marks.get('BTCUSD')?.eventNumber).toBe(events)
  })

  test('after it has closed, in another process', async () => {
    const world = new ShardWorld()
    await world.start().processBatch([world.append([place('a'), cancel])])
    await world.start().processBatch([world.append([again('a')], 1_000)])
    expect(world.order('a')).toMatchObject({ status: 'CANCELED', firstEvent: 2 })
    expect(world.published.marks.get('BTCUSD')?.eventNumber).toBe(3)
  })

  test('at the moment when the order expires', async () => {
    const world = new ShardWorld()
    const first = world.append(['{}'])
    const expiry = { timeInForce: 'GTD', expiresAtMs: first.timestampMs + 500 }
    await world
      .start()
      .processBatch([first, world.append([place('a', expiry)]), world.append([again('a', expiry)], 500)])
    expect(world.order('a')?.firstEvent).toBe(2)
    expect(world.published.marks.get('BTCUSD')?.eventNumber).toBe(2)
  })

  test('also when its records are applied again after a loss of the cache', async () => {
    const world = new ShardWorld()
    await world.start().processBatch([world.append([again('a')]), world.append([cancel])])
    world.cacheState.books.clear()
    await world.start().processBatch([world.append([again('a')])])
    expect(world.published.faults).toEqual([])
    expect(world.published.marks.get('BTCUSD')?.eventNumber).toBe(3)
  })
})
