import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HandleMap } from './handle-map.ts'

const handle = fc.integer({ min: 1, max: 40 })
const step = fc.oneof(
  fc.record({ set: handle, value: fc.integer() }),
  fc.record({ delete: handle }),
  // Handles with the same home in a small table, and far ones.
  fc.record({ set: fc.integer({ min: 1, max: 2 ** 24 }), value: fc.integer() }),
)

it('has what a Map has', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const map = new HandleMap<number>()
      const expected = new Map<number, number>()
      for (const one of steps) {
        if ('delete' in one) {
          map.delete(one.delete)
          expected.delete(one.delete)
        } else {
          map.set(one.set, one.value)
          expected.set(one.set, one.value)
        }
      }
      const { handles, values } = map.entries()
      expect(map.size).toBe(expected.size)
      expect(new Map(handles.map((one, i) => [one, values[i]]))).toEqual(expected)
      for (const one of expected.keys()) expect([map.has(one), map.get(one)]).toEqual([true, expected.get(one)])
      for (const one of [1, 7, 41, 2 ** 24]) expect(map.get(one)).toBe(expected.get(one))
    }),
  )
})

it('keeps nothing of a deleted entry', () => {
  const map = new HandleMap<string>()
  for (let other = 1; other <= 1_000; other++) map.set(other, 'open')
  for (let i = 0; i < 10_000; i++) {
    map.set(1_001, 'closes at once')
    map.delete(1_001)
  }
  const slots = (map as unknown as { handles: Int32Array }).handles
  expect(slots.length).toBe(2_048)
  expect(slots.filter((one) => one !== 0)).toHaveLength(1_000)
})
