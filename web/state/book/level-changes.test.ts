import { describe, expect, it } from 'vitest'
import type { BookRow } from './book-rows.ts'
import { LevelChanges } from './level-changes.ts'

const rowsOf = (pairs: readonly (readonly [price: number, lots: number])[]): BookRow[] =>
  pairs.map(([price, lots]) => ({ price, quantity: BigInt(lots), total: 0n }))

describe('LevelChanges', () => {
  it('finds a changed quantity and a new price, and not a row that only moved', () => {
    const changes = new LevelChanges('bids')
    changes.take(
      rowsOf([
        [10, 1],
        [9, 1],
        [8, 1],
      ]),
      3,
      'A',
    )
    const after = rowsOf([
      [11, 5],
      [10, 1],
      [9, 2],
    ])
    expect(changes.take(after, 3, 'A')).toEqual([true, false, true])
    expect(changes.take(after, 3, 'A')).toEqual([false, false, false])
  })

  it('does not take a level that came into view for a new one', () => {
    const changes = new LevelChanges('asks')
    changes.take(
      rowsOf([
        [5, 1],
        [6, 1],
      ]),
      2,
      'A',
    )
    const after = rowsOf([
      [6, 1],
      [7, 1],
    ])
    expect(changes.take(after, 2, 'A')).toEqual([false, false])
  })

  it('takes a level behind all others for a new one if nothing was hidden before', () => {
    const changes = new LevelChanges('asks')
    changes.take(rowsOf([[5, 1]]), 2, 'A')
    const after = rowsOf([
      [5, 1],
      [6, 1],
    ])
    expect(changes.take(after, 2, 'A')).toEqual([false, true])
  })

  it('has no changes when another view begins', () => {
    const changes = new LevelChanges('asks')
    changes.take(rowsOf([[5, 1]]), 2, 'A')
    expect(changes.take(rowsOf([[6, 1]]), 2, 'B')).toEqual([false])
  })
})
