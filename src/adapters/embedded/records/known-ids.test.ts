import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { HASH_WORDS, hashId, KnownIds, RUN_IDS, RUNS_PER_LAYER } from './known-ids.ts'

const hashesOf = (names: readonly (readonly [string, string])[]): Int32Array => {
  const hashes = new Int32Array(names.length * HASH_WORDS)
  for (const [i, [account, orderId]] of names.entries()) hashId(account, orderId, hashes, i * HASH_WORDS)
  return hashes
}

const layerOf = (known: KnownIds, account: string, orderId: string, layer?: number): number => {
  const [low, high] = hashesOf([[account, orderId]])
  return known.layerOf(low, high, layer)
}

test('the hash of an id does not change, because it is stored', () => {
  expect([...hashesOf([['ann', 'test-001']])]).toMatchInlineSnapshot(`
    [
      136804807,
      -679263216,
    ]
  `)
})

test('an id that was added may be stored, and an id of another account or text is new', () => {
  const known = new KnownIds()
  expect(layerOf(known, 'ann', 'a')).toBe(-1)
  known.add(hashesOf([['ann', 'a']]))
  expect(layerOf(known, 'ann', 'a')).toBe(0)
  for (const [account, orderId] of [
    ...[
      ['ann', 'b'],
      ['anna', ''],
      ['an', 'na'],
      ['a', 'ann'],
      ['bob', 'a'],
    ],
  ]) {
    expect(layerOf(known, account, orderId)).toBe(-1)
  }
})

test('a full layer finds all of its ids, and takes few new ones for known, whatever the pattern of the ids', () => {
  const full = RUN_IDS * RUNS_PER_LAYER
  const known = new KnownIds()
  const hashes = new Int32Array(full * HASH_WORDS)
  const accountOf = (i: number): string => (i % 2 === 0 ? 'account-1' : 'account-2')
  for (let i = 0; i < full; i++) hashId(accountOf(i), `o-${i >> 1}`, hashes, i * HASH_WORDS)
  known.add(hashes)
  expect(known.count).toBe(full)
  for (let i = 0; i < full; i += 997) expect(layerOf(known, accountOf(i), `o-${i >> 1}`)).toBe(0)
  const takenForKnown = (orderId: (i: number) => string): number => {
    let count = 0
    for (let i = 0; i < 50_000; i++) if (layerOf(known, 'account-1', orderId(i)) >= 0) count++
    return count
  }
  expect(takenForKnown((i) => `o-${full + i}`)).toBeLessThan(150)
  expect(takenForKnown(() => randomUUID())).toBeLessThan(150)
  // The next id begins the next layer, which is asked first.
  known.add(hashesOf([['ann', 'last']]))
  expect(layerOf(known, 'ann', 'last')).toBe(1)
  expect(layerOf(known, 'account-1', 'o-0')).toBe(0)
  expect(layerOf(known, 'ann', 'last', 0)).toBe(-1)
})
