/** The contract of the notes of late pushes. */

import { describe, expect, test } from 'vitest'
import type { LatePush, LatePushes } from '../../src/ports/late-pushes.ts'

const textsOf = (late: readonly LatePush[]): string[] => late.map((each) => JSON.stringify(each)).sort()

export function latePushesContract(open: () => Promise<LatePushes>): void {
  describe('the notes of late pushes', () => {
    test('exist until they are removed, a symbol and its accounts apart', async () => {
      const late = await open()
      const of = (account: string) => ({ symbol: 'BTCUSD', account })
      expect(await late.all()).toEqual([])
      await late.remove([{ symbol: 'BTCUSD' }])
      await late.note([{ symbol: 'BTCUSD' }, of('ann'), { symbol: 'BTCUSDT' }])
      await late.note([of('bob'), of('ann')])
      const all = [{ symbol: 'BTCUSD' }, of('ann'), of('bob'), { symbol: 'BTCUSDT' }]
      expect(textsOf(await late.all())).toEqual(textsOf(all))
      await late.remove([{ symbol: 'BTCUSD' }, of('cyd')])
      expect(textsOf(await late.all())).toEqual(textsOf(all.slice(1)))
      await late.remove(all)
      expect(await late.all()).toEqual([])
    })

    test('may be more than one call of a store takes', async () => {
      const late = await open()
      const many = Array.from({ length: 60 }, (_, i) => ({ symbol: 'BTCUSD', account: `account-${i}` }))
      await late.note(many)
      expect(await late.all()).toHaveLength(60)
      await late.remove(many)
      expect(await late.all()).toEqual([])
    })
  })
}
