/** Symbols that became quiet before all their trades were recorded are found, and cost little afterwards. */

import { expect, test } from 'vitest'
import type { StoredMark } from '../../ports/publisher.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { QuietRecordings } from './quiet-recordings.ts'

const SYMBOLS = Array.from({ length: 10 }, (_, i) => `S${i}`)

function world() {
  const marks = new Map<string, StoredMark>()
  const caughtUp: string[] = []
  const reads: string[] = []
  const state = { missing: 0, isFailing: false }
  const quiet = new QuietRecordings(
    {
      catchUp: async ([symbol]) => {
        caughtUp.push(symbol)
        if (state.isFailing) throw new OperationalFailure('unavailable', 'refused', { retryable: true })
        return state.missing
      },
    },
    {
      mark: async (symbol) => {
        reads.push(symbol)
        return marks.get(symbol)
      },
    },
  )
  const mark = (symbol: string, tradeNumber: number, recordAtMs: number) =>
    marks.set(symbol, { position: '1', eventNumber: tradeNumber, tradeNumber, schedule: { recordAtMs } })
  /** One look a second until every symbol was looked at. */
  const lookAtAll = async (fromMs: number) => {
    for (let i = 0; i < 5; i++) await quiet.look(SYMBOLS, fromMs + i * 1_000)
  }
  return { quiet, mark, lookAtAll, caughtUp, reads, state }
}

test('every symbol is looked at in turn, a few a second', async () => {
  const { quiet, lookAtAll, reads } = world()
  await lookAtAll(1_000_000)
  expect(reads).toEqual(SYMBOLS)
  await quiet.look(SYMBOLS, 1_004_500)
  expect(reads).toHaveLength(10)
  await quiet.look(SYMBOLS, 1_005_000)
  expect(reads.slice(10)).toEqual(['S0', 'S1'])
  await quiet.look([], 1_010_000)
  expect(reads).toHaveLength(12)
})

test('a quiet symbol is completed once for each trade after which it stays quiet', async () => {
  const { mark, lookAtAll, caughtUp } = world()
  mark('S3', 5, 900_000)
  mark('S4', 5, 999_000)
  mark('S5', 0, 0)
  await lookAtAll(1_000_000)
  await lookAtAll(1_010_000)
  expect(caughtUp).toEqual(['S3'])
  mark('S3', 6, 1_015_000)
  await lookAtAll(1_020_000)
  expect(caughtUp).toEqual(['S3'])
  await lookAtAll(1_080_000)
  expect(caughtUp.sort()).toEqual(['S3', 'S3', 'S4'])
})

test('a symbol that is not complete, or failed, is looked at again', async () => {
  const { mark, lookAtAll, caughtUp, state } = world()
  mark('S0', 5, 900_000)
  state.isFailing = true
  await expect(lookAtAll(1_000_000)).rejects.toThrow(OperationalFailure)
  state.isFailing = false
  state.missing = 7
  await lookAtAll(1_010_000)
  await lookAtAll(1_020_000)
  state.missing = 0
  await lookAtAll(1_030_000)
  await lookAtAll(1_040_000)
  expect(caughtUp).toHaveLength(4)
})
