/** The lag of the matcher as order entry sees it: what it reads, when it refuses, and when it does not. */

import { beforeEach, describe, expect, test } from 'vitest'
import { placeOrder } from '../../../test/contracts/sample-records.ts'
import type { StoredMark } from '../../ports/publisher.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { limitMsOf, MatcherLag } from './matcher-lag.ts'

const SECOND = 1_000
const ORDER = placeOrder('a')
const CANCEL = { kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a' } as const

let nowMs: number
let matched: number
let reads: string[][]
let warnings: string[]
let readable: boolean
let lag: MatcherLag

const at = (second: number) => String(Math.floor(second)).padStart(64, '0')

beforeEach(() => {
  nowMs = 0
  matched = 0
  reads = []
  warnings = []
  readable = true
  const marks = async (symbols: readonly string[]) => {
    reads.push([...symbols])
    if (!readable) throw new OperationalFailure('unavailable', 'away', { retryable: true })
    const mark: StoredMark = { position: at(matched), eventNumber: 0, tradeNumber: 0 }
    return new Map(symbols.map((symbol) => [symbol, mark]))
  }
  lag = new MatcherLag({
    marks: { marks },
    nowMs: () => nowMs,
    limitMs: 30 * SECOND,
    warn: (message) => warnings.push(message),
  })
})

/**
 * One request a second, whose position is the second. The matcher matches `rate` seconds of them in a second, and
 * never what is not there. Returns whether each request was refused.
 */
async function run(seconds: number, rate: number): Promise<boolean[]> {
  const refused: boolean[] = []
  for (const end = nowMs + seconds * SECOND; nowMs < end; ) {
    nowMs += SECOND
    matched = Math.min(matched + rate, nowMs / SECOND - 1)
    await lag.refresh([ORDER])
    const isRefused = lag.overloadOf(ORDER) !== undefined
    if (!isRefused) lag.appended('BTCUSD', at(nowMs / SECOND))
    refused.push(isRefused)
  }
  return refused
}

async function untilRefused(): Promise<void> {
  for (let i = 0; i < 200 && lag.overloadOf(ORDER) === undefined; i++) await run(1, 0.5)
}

const changes = (refused: readonly boolean[]): number =>
  refused.filter((each, i) => i > 0 && each !== refused[i - 1]).length

describe('a matcher that keeps up', () => {
  test('refuses nothing, and costs a read in five seconds', async () => {
    expect(await run(600, 1)).not.toContain(true)
    expect(reads.length).toBeLessThanOrEqual(600 / 5)
  })

  test('may be idle for hours', async () => {
    await run(5, 0)
    matched = 5
    nowMs += 3_600 * SECOND
    await lag.refresh([ORDER])
    expect(lag.overloadOf(ORDER)).toBeUndefined()
  })
})

describe('a matcher that is too slow', () => {
  test('makes orders wait from the limit until half of it, without flapping', async () => {
    const refused = await run(1_200, 0.5)
    const first = refused.indexOf(true)
    // At half the speed, what is sent at 30 s is matched at 60.
    expect(first).toBeGreaterThan(30)
    expect(first).toBeLessThan(70)
    expect(refused.slice(first)).toContain(false)
    expect(changes(refused)).toBeLessThan(1_200 / 10)
    expect(warnings[0]).toContain('its orders are refused')
    expect(warnings[1]).toContain('accepted again')
    expect(reads.length).toBeLessThanOrEqual(1_200)
  })

  test('does not make the answers alternate if its lag goes up and down around the limit', async () => {
    await run(60, 1)
    await run(24, 0)
    const refused: boolean[] = []
    for (let i = 0; i < 20; i++) refused.push(...(await run(9, 0)), ...(await run(1, 10)))
    expect(refused).toContain(true)
    expect(changes(refused)).toBeLessThan(10)
  })

  test('tells clients when to come again', async () => {
    await untilRefused()
    const { code, retryable, retryAfterMs = 0 } = lag.overloadOf(ORDER) ?? {}
    expect({ code, retryable }).toEqual({ code: 'overloaded', retryable: true })
    expect(retryAfterMs).toBeGreaterThanOrEqual(SECOND)
    expect(retryAfterMs).toBeLessThanOrEqual(30 * SECOND)
  })

  test('accepts cancels', async () => {
    await untilRefused()
    expect(lag.overloadOf(CANCEL)).toBeUndefined()
  })
})

describe('a matcher that stands still', () => {
  test('gets orders for five minutes, because a rebuild takes three', async () => {
    await run(60, 1)
    const refused = await run(600, 0)
    expect(refused.indexOf(true)).toBeGreaterThanOrEqual(299)
    expect(refused.indexOf(true)).toBeLessThan(320)
  })

  test('gets none after a rebuild until it has caught up', async () => {
    await run(60, 1)
    await run(180, 0)
    const refused = await run(300, 3)
    expect(refused[1]).toBe(true)
    expect(changes(refused.slice(1))).toBe(1)
    expect(refused.at(-1)).toBe(false)
  })

  test('gets cancels for ten minutes', async () => {
    await run(60, 1)
    await run(500, 0)
    expect(lag.overloadOf(CANCEL)).toBeUndefined()
    await run(200, 0)
    expect(lag.overloadOf(CANCEL)).toMatchObject({ code: 'overloaded' })
  })
})

describe('what is not known', () => {
  test('is no reason to refuse: nothing sent', async () => {
    await lag.refresh([ORDER])
    expect(lag.overloadOf(ORDER)).toBeUndefined()
    expect(reads).toEqual([])
  })

  test('is no reason to refuse: marks that cannot be read', async () => {
    await untilRefused()
    readable = false
    await run(11, 0)
    expect(lag.overloadOf(ORDER)).toBeUndefined()
    expect(warnings.at(-1)).toContain('could not be read')
  })

  test('is not read for each symbol of a call at once, and once a second', async () => {
    const orders = Array.from({ length: 300 }, (_, i) => placeOrder('a', { symbol: `S${i}` }))
    for (const { symbol } of orders) lag.appended(symbol, at(9))
    nowMs = 6 * SECOND
    for (let i = 0; i < 1_000; i++, nowMs += 3) await lag.refresh(orders)
    expect(reads.length).toBeLessThanOrEqual(4)
    expect(Math.max(...reads.map(({ length }) => length))).toBe(100)
    expect(new Set(reads.flat()).size).toBe(300)
  })
})

test('a setting that is no number is an error', () => {
  expect(limitMsOf(undefined)).toBe(30_000)
  expect(limitMsOf('0')).toBe(0)
  expect(() => limitMsOf('3O')).toThrow(RangeError)
})
