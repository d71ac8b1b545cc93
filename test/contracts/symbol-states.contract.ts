/** The contract of the states of symbols, beside their marks. */

import { describe, expect, test } from 'vitest'
import type { Publisher, Schedule } from '../../src/ports/publisher.ts'
import type { SymbolState, SymbolStates } from '../../src/ports/symbol-states.ts'

export interface StatesAndMarks {
  readonly states: SymbolStates
  readonly mark: Publisher['mark']
  /** Moves the mark of a symbol. */
  advance(symbol: string, position: string, schedule: Schedule): Promise<void>
}

const SCHEDULE: Schedule = { recordAtMs: 1_700_000_000_000, nextExpiryMs: 1_700_000_060_000, shardId: 'shard-1' }

const state = (keptThrough: string, kind: SymbolState['kind'] = 'parked'): SymbolState => ({
  kind,
  reason: 'BrokenInvariant: sums differ',
  position: '3',
  sinceMs: 1_700_000_000_000,
  keptThrough,
})

export function symbolStatesContract(open: () => Promise<StatesAndMarks>): void {
  describe('the states of symbols', () => {
    test('a healthy symbol has none', async () => {
      const { mark, advance } = await open()
      await advance('AAA', '2', SCHEDULE)
      expect(await mark('AAA')).toEqual({ position: '2', eventNumber: 1, tradeNumber: 0, schedule: SCHEDULE })
    })

    test('the schedule is that of the mark', async () => {
      const { mark, advance } = await open()
      await advance('AAA', '4', SCHEDULE)
      await advance('AAA', '3', { recordAtMs: 5 })
      expect((await mark('AAA'))?.schedule).toEqual(SCHEDULE)
      // No order expires any more, and the shard is not known.
      await advance('AAA', '5', { recordAtMs: 1_700_000_060_001 })
      expect((await mark('AAA'))?.schedule).toEqual({ recordAtMs: 1_700_000_060_001 })
    })

    test('a state is beside the mark, which moves on', async () => {
      const { states, mark, advance } = await open()
      await advance('AAA', '2', SCHEDULE)
      expect(await states.enter('AAA', state('5'), await mark('AAA'))).toBe(true)
      await advance('AAA', '4', SCHEDULE)
      expect(await mark('AAA')).toEqual({
        position: '4',
        eventNumber: 1,
        tradeNumber: 0,
        schedule: SCHEDULE,
        state: state('5'),
      })
    })

    test('a symbol that was never published can have a state', async () => {
      const { states, mark, advance } = await open()
      expect(await states.enter('AAA', state('3'), undefined)).toBe(true)
      expect(await mark('AAA')).toEqual({ position: '', eventNumber: 0, tradeNumber: 0, state: state('3') })
      await advance('AAA', '4', SCHEDULE)
      expect(await mark('AAA')).toMatchObject({ position: '4', state: state('3') })
    })

    test('no state is entered if the mark has moved or another process has entered one', async () => {
      const { states, mark, advance } = await open()
      expect(await states.enter('AAA', state('3'), { position: '1', eventNumber: 1, tradeNumber: 0 })).toBe(false)
      await advance('AAA', '2', SCHEDULE)
      const seen = await mark('AAA')
      expect(await states.enter('AAA', state('3'), undefined)).toBe(false)
      expect(await states.enter('AAA', state('3', 'recovering'), seen)).toBe(true)
      expect(await states.enter('AAA', state('9'), seen)).toBe(false)
      // Knowing the state, it may be replaced, unless more was kept meanwhile.
      const known = await mark('AAA')
      await states.extend('AAA', '4')
      expect(await states.enter('AAA', state('9'), known)).toBe(false)
      expect(await states.enter('AAA', state('9'), await mark('AAA'))).toBe(true)
    })

    test('what is kept only moves forward, and only while there is a state', async () => {
      const { states, mark } = await open()
      expect(await states.extend('AAA', '5')).toBe(false)
      await states.enter('AAA', state('5'), undefined)
      expect(await states.extend('AAA', '7')).toBe(true)
      expect(await states.extend('AAA', '6')).toBe(true)
      expect((await mark('AAA'))?.state?.keptThrough).toBe('7')
    })

    test('a state ends only when everything kept is matched', async () => {
      const { states, mark, advance } = await open()
      await advance('AAA', '2', SCHEDULE)
      await states.enter('AAA', state('7'), await mark('AAA'))
      expect(await states.leave('AAA', '6')).toBe(false)
      expect(await states.leave('AAA', '7')).toBe(true)
      expect(await mark('AAA')).toEqual({ position: '2', eventNumber: 1, tradeNumber: 0, schedule: SCHEDULE })
      expect(await states.leave('AAA', '9')).toBe(false)
      expect(await states.extend('AAA', '9')).toBe(false)
    })

    test('the newest snapshot is noted', async () => {
      const { states, mark, advance } = await open()
      await advance('AAA', '2', SCHEDULE)
      await states.snapshotSaved('AAA', { position: '2', shardBytes: 100 })
      await states.snapshotSaved('AAA', { position: '1', shardBytes: 50 })
      expect((await mark('AAA'))?.snapshot).toEqual({ position: '2', shardBytes: 100 })
    })
  })
}
