import { describe, expect, it } from 'vitest'
import { IdIndex } from './id-index.ts'

/** Patterns of ids that are hard for a hash table: successive ids, strides, equal halves. */
const PATTERNS: Record<string, (n: number) => [low: number, high: number]> = {
  'in a row': (n) => [n, 0],
  'in strides of 4096': (n) => [Math.imul(n, 4_096), 0],
  'with equal lower halves': (n) => [7, n],
  'around 2^32': (n) => [(n - 100) | 0, n < 100 ? 0 : 1],
  scattered: (n) => [Math.imul(n, 0x9e3779b1), Math.imul(n, 0x85ebca6b)],
}

describe('the index of ids', () => {
  for (const [name, idOf] of Object.entries(PATTERNS)) {
    it(`agrees with a map for ids ${name}`, () => {
      const index = new IdIndex()
      const map = new Map<number, number>()
      const free: number[] = []
      let state = 1
      const random = (below: number): number => {
        state = Math.imul(state, 1_103_515_245) + 12_345
        return (state >>> 8) % below
      }
      for (let step = 0; step < 20_000; step++) {
        const n = random(600)
        const [low, high] = idOf(n)
        expect(index.find(low, high)).toBe(map.get(n) ?? 0)
        const handle = map.get(n)
        if (handle === undefined) {
          const taken = free.pop() ?? map.size + 1
          index.put(low, high, taken)
          map.set(n, taken)
          expect([index.lowOf(taken), index.highOf(taken)]).toEqual([low, high])
        } else {
          if (random(2) === 0) index.remove(handle)
          else expect(index.take(low, high)).toBe(handle)
          map.delete(n)
          free.push(handle)
        }
        if (index.count !== map.size) expect.fail(`${index.count} ids, should be ${map.size}`)
      }
      for (let n = 0; n < 600; n++) expect(index.find(...idOf(n))).toBe(map.get(n) ?? 0)
    })
  }

  it('maps a repeated id to the newer order, also after the older order is removed', () => {
    const index = new IdIndex()
    index.put(5, 0, 1)
    index.put(5, 0, 2)
    expect(index.count).toBe(1)
    index.remove(1)
    expect(index.find(5, 0)).toBe(2)
    index.remove(2)
    expect(index.find(5, 0)).toBe(0)
    expect(index.take(5, 0)).toBe(0)
  })
})
