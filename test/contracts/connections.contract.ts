/** The contract of the stored connections. */

import { describe, expect, test } from 'vitest'
import type { Connections, Follower } from '../../src/ports/connections.ts'
import { type Topic, topicKey } from '../../src/ports/market-feed.ts'

/** With 3 connections an address, and 2 an account. */
export const CONTRACT_LIMITS = { perAddress: 3, perAccount: 2 }

export interface OpenConnections {
  readonly connections: Connections
  /** Lets time pass. */
  pass(ms: number): void
}

const NOW_MS = 1_700_000_000_000
const ALICE = { account: 'alice', operator: false, keyName: 'desk' }
const BOOK: Topic = { channel: 'book', symbol: 'BTCUSD', depth: 10 }
const DEEP: Topic = { channel: 'book', symbol: 'BTCUSD', depth: 100 }
const CANDLES: Topic = { channel: 'candles', symbol: 'ETHUSD', interval: '1m' }
const ORDERS: Topic = { channel: 'orders', account: 'alice' }

const begun = (connectionId: string, sourceIp = '192.0.2.1') => ({ connectionId, sourceIp, connectedAtMs: NOW_MS })
const sorted = (followers: readonly Follower[]) =>
  followers.map(({ connectionId, topic }) => `${connectionId} ${topicKey(topic)}`).sort()

export function connectionsContract(open: () => Promise<OpenConnections>): void {
  describe('the stored connections', () => {
    test('a new one is anonymous and follows nothing', async () => {
      const { connections } = await open()
      expect(await connections.read('a=')).toBeUndefined()
      expect(await connections.begin(begun('a='))).toBe('begun')
      expect(await connections.read('a=')).toEqual({
        ...begun('a='),
        holder: undefined,
        cancelOnDisconnect: false,
        wrongKeys: 0,
        topics: [],
        ending: false,
      })
      expect(await connections.read('b=')).toBeUndefined()
    })

    test('an address has a maximum, and an end makes room', async () => {
      const { connections } = await open()
      for (const id of ['a', 'b', 'c']) expect(await connections.begin(begun(id))).toBe('begun')
      expect(await connections.begin(begun('d'))).toBe('too_many')
      expect(await connections.read('d')).toBeUndefined()
      expect(await connections.begin(begun('e', '192.0.2.2'))).toBe('begun')
      await connections.end('b')
      expect(await connections.begin(begun('f'))).toBe('begun')
    })

    test('is bound to an account once', async () => {
      const { connections } = await open()
      await connections.begin(begun('a'))
      expect(await connections.bind('a', ALICE, true)).toBe('bound')
      expect(await connections.read('a')).toMatchObject({ holder: ALICE, cancelOnDisconnect: true })
      expect(await connections.bind('a', { ...ALICE, account: 'bob' }, false)).toBe('already_bound')
      expect(await connections.read('a')).toMatchObject({ holder: ALICE, cancelOnDisconnect: true })
      expect(await connections.bind('x', ALICE, false)).toBe('gone')
      expect(await connections.read('x')).toBeUndefined()
    })

    test('is bound once also by requests at the same time', async () => {
      const { connections } = await open()
      await connections.begin(begun('a'))
      const accounts = ['alice', 'bob', 'carol']
      const bound = await Promise.all(
        accounts.map((account) => connections.bind('a', { ...ALICE, account }, account === 'bob')),
      )
      const winner = accounts[bound.indexOf('bound')]
      expect(bound.filter((each) => each === 'bound')).toHaveLength(1)
      expect(await connections.read('a')).toMatchObject({ holder: { account: winner } })
      expect(await connections.canceling()).toEqual(winner === 'bob' ? ['a'] : [])
      // Those that have lost do not count for their account.
      const other = accounts.find((account) => account !== winner) as string
      for (const id of ['b', 'c']) {
        await connections.begin(begun(id))
        expect(await connections.bind(id, { ...ALICE, account: other }, false)).toBe('bound')
      }
    })

    test('an account has a maximum, and an end makes room', async () => {
      const { connections } = await open()
      for (const id of ['a', 'b', 'c']) await connections.begin(begun(id))
      expect(await connections.bind('a', ALICE, false)).toBe('bound')
      expect(await connections.bind('b', ALICE, false)).toBe('bound')
      expect(await connections.bind('c', ALICE, true)).toBe('too_many')
      expect(await connections.read('c')).toMatchObject({ holder: undefined })
      expect(await connections.canceling()).toEqual([])
      expect(await connections.bind('c', { ...ALICE, account: 'alic' }, false)).toBe('bound')
      await connections.end('a')
      await connections.begin(begun('d'))
      expect(await connections.bind('d', ALICE, false)).toBe('bound')
    })

    test('counts wrong keys', async () => {
      const { connections } = await open()
      await connections.begin(begun('a'))
      expect(await connections.wrongKey('a')).toBe(1)
      expect(await connections.wrongKey('a')).toBe(2)
      expect(await connections.read('a')).toMatchObject({ wrongKeys: 2 })
      expect(await connections.wrongKey('x')).toBe(0)
      expect(await connections.read('x')).toBeUndefined()
    })

    test('followers are found by symbol and by account', async () => {
      const { connections } = await open()
      for (const id of ['a=', 'b=']) await connections.begin(begun(id))
      expect(await connections.follow('a=', [BOOK, DEEP, CANDLES, ORDERS, BOOK], 10)).toBe('followed')
      expect(await connections.follow('b=', [BOOK], 10)).toBe('followed')
      expect(sorted(await connections.followersOfSymbol('BTCUSD'))).toEqual([
        'a= book BTCUSD 10',
        'a= book BTCUSD 100',
        'b= book BTCUSD 10',
      ])
      expect(sorted(await connections.followersOfSymbol('ETHUSD'))).toEqual(['a= candles ETHUSD 1m'])
      expect(await connections.followersOfSymbol('BTC')).toEqual([])
      expect(await connections.followersOfAccount('alice')).toEqual(['a='])
      expect(await connections.followersOfAccount('ali')).toEqual([])
      expect((await connections.read('a='))?.topics.map(topicKey).sort()).toEqual(
        [BOOK, DEEP, CANDLES, ORDERS].map(topicKey).sort(),
      )
    })

    test('many followers are found, of which each has many topics', async () => {
      const { connections } = await open()
      const ids = Array.from({ length: 8 }, (_, i) => `c${i}`)
      const topics = (['1s', '1m', '5m', '15m', '1h', '4h', '1d'] as const).map(
        (interval): Topic => ({ channel: 'candles', symbol: 'BTCUSD', interval }),
      )
      for (const [i, id] of ids.entries()) await connections.begin(begun(id, `192.0.2.${i}`))
      await Promise.all(ids.map((id) => connections.follow(id, topics, 10)))
      expect(await connections.followersOfSymbol('BTCUSD')).toHaveLength(8 * 7)
    })

    test('a topic ends by itself', async () => {
      const { connections } = await open()
      await connections.begin(begun('a'))
      await connections.follow('a', [BOOK, DEEP, ORDERS], 10)
      await connections.unfollow('a', [DEEP, CANDLES, ORDERS, DEEP])
      expect(sorted(await connections.followersOfSymbol('BTCUSD'))).toEqual(['a book BTCUSD 10'])
      expect(await connections.followersOfAccount('alice')).toEqual([])
      expect((await connections.read('a'))?.topics).toEqual([BOOK])
      await connections.unfollow('a', [BOOK])
      expect((await connections.read('a'))?.topics).toEqual([])
      await connections.unfollow('x', [BOOK])
      expect(await connections.read('x')).toBeUndefined()
    })

    test('topics have a maximum, counted once each, and a refusal changes nothing', async () => {
      const { connections } = await open()
      await connections.begin(begun('a'))
      expect(await connections.follow('a', [BOOK, DEEP], 3)).toBe('followed')
      expect(await connections.follow('a', [CANDLES, ORDERS], 3)).toBe('too_many')
      expect(await connections.followersOfAccount('alice')).toEqual([])
      expect(await connections.follow('a', [CANDLES, BOOK, DEEP], 3)).toBe('followed')
      expect((await connections.read('a'))?.topics).toHaveLength(3)
    })

    test('topics have their maximum also for requests at the same time', async () => {
      const { connections } = await open()
      await connections.begin(begun('a'))
      const answers = await Promise.all(
        [BOOK, DEEP, CANDLES, ORDERS].map((topic) => connections.follow('a', [topic], 3)),
      )
      expect(answers.sort()).toEqual(['followed', 'followed', 'followed', 'too_many'])
    })

    test('remembers orders', async () => {
      const { connections } = await open()
      await connections.begin(begun('a'))
      const orders = Array.from({ length: 60 }, (_, i) => ({ orderId: `order-${i}` }))
      expect(await connections.remember('a', orders)).toBe('remembered')
      expect(await connections.remember('a', [{ orderId: 'o:1', uncertainIn: 'BTCUSD' }, { orderId: 'order-1' }])).toBe(
        'remembered',
      )
      const remembered = await connections.rememberedOrders('a')
      expect(remembered).toHaveLength(61)
      expect(remembered).toContainEqual({ orderId: 'o:1', uncertainIn: 'BTCUSD' })
      expect(remembered).toContainEqual({ orderId: 'order-59' })
      expect(await connections.rememberedOrders('b')).toEqual([])
      expect(await connections.remember('x', [{ orderId: 'a' }])).toBe('gone')
    })

    test('nothing changes while it ends, and its orders can be read', async () => {
      const { connections } = await open()
      await connections.begin(begun('a'))
      await connections.bind('a', ALICE, true)
      await connections.follow('a', [BOOK], 10)
      await connections.remember('a', [{ orderId: 'o' }])
      expect(await connections.beginEnd('a')).toMatchObject({ holder: ALICE, cancelOnDisconnect: true, ending: true })
      expect(await connections.beginEnd('a')).toMatchObject({ ending: true })
      expect(await connections.canceling()).toEqual(['a'])
      expect(await connections.follow('a', [DEEP, ORDERS], 10)).toBe('gone')
      expect(await connections.bind('a', ALICE, false)).toBe('gone')
      expect(await connections.wrongKey('a')).toBe(0)
      expect(await connections.remember('a', [{ orderId: 'late' }])).toBe('gone')
      expect(await connections.rememberedOrders('a')).toContainEqual({ orderId: 'o' })
      expect(sorted(await connections.followersOfSymbol('BTCUSD'))).toEqual(['a book BTCUSD 10'])
      expect(await connections.followersOfAccount('alice')).toEqual([])
    })

    test('nothing is left of one that has ended', async () => {
      const { connections } = await open()
      for (const id of ['a', 'b']) await connections.begin(begun(id))
      await connections.bind('a', ALICE, true)
      await connections.follow('a', [BOOK, CANDLES, ORDERS], 10)
      await connections.follow('b', [BOOK], 10)
      await connections.remember('a', [{ orderId: 'o' }])
      await Promise.all([connections.end('a'), connections.end('a')])
      expect(await connections.read('a')).toBeUndefined()
      expect(sorted(await connections.followersOfSymbol('BTCUSD'))).toEqual(['b book BTCUSD 10'])
      expect(await connections.followersOfSymbol('ETHUSD')).toEqual([])
      expect(await connections.followersOfAccount('alice')).toEqual([])
      expect(await connections.rememberedOrders('a')).toEqual([])
      expect(await connections.canceling()).toEqual([])
      expect(await connections.beginEnd('a')).toBeUndefined()
      await connections.end('a', [BOOK])
      expect(await connections.read('a')).toBeUndefined()
    })

    test('no follower stays behind an end at the same time', async () => {
      const { connections } = await open()
      for (let round = 0; round < 10; round++) {
        const id = `c${round}`
        await connections.begin(begun(id, `192.0.2.${round}`))
        await Promise.all([
          connections.follow(id, [BOOK, CANDLES, ORDERS], 10),
          new Promise((resolve) => setTimeout(resolve, round)).then(() => connections.end(id)),
        ])
      }
      expect(await connections.followersOfSymbol('BTCUSD')).toEqual([])
      expect(await connections.followersOfSymbol('ETHUSD')).toEqual([])
      expect(await connections.followersOfAccount('alice')).toEqual([])
    })

    test('expires some hours after it began', async () => {
      const { connections, pass } = await open()
      await connections.begin(begun('a'))
      await connections.bind('a', ALICE, true)
      await connections.follow('a', [BOOK, ORDERS], 10)
      pass(2 * 3_600_000)
      expect(await connections.read('a')).toMatchObject({ topics: expect.any(Array) })
      expect(await connections.followersOfSymbol('BTCUSD')).toHaveLength(1)
      pass(2 * 3_600_000)
      expect(await connections.read('a')).toBeUndefined()
      expect(await connections.followersOfSymbol('BTCUSD')).toEqual([])
      expect(await connections.followersOfAccount('alice')).toEqual([])
      expect(await connections.canceling()).toEqual([])
    })
  })
}

export const CONTRACT_NOW_MS = NOW_MS
