/** The contract of the cursors of shards. */

import { describe, expect, test } from 'vitest'
import type { ShardCursors } from '../../src/ports/shard-cursors.ts'

export function shardCursorsContract(open: () => Promise<ShardCursors>): void {
  describe('the cursor of a shard', () => {
    test('is absent at first, and moves forward only', async () => {
      const cursors = await open()
      expect(await cursors.read('shard-1')).toBeUndefined()
      await cursors.advance('shard-1', '5', 100)
      await cursors.advance('shard-1', '7', 20)
      await cursors.advance('shard-1', '6', 1_000)
      expect(await cursors.read('shard-1')).toEqual({ position: '7', bytes: 120 })
      expect(await cursors.read('shard-2')).toBeUndefined()
    })

    test('counts bytes also without a position', async () => {
      const cursors = await open()
      await cursors.advance('shard-1', '', 100)
      await cursors.advance('shard-1', '', 50)
      expect(await cursors.read('shard-1')).toEqual({ position: '', bytes: 150 })
    })

    test('remembers the last gap', async () => {
      const cursors = await open()
      await cursors.advance('shard-1', '5', 100)
      await cursors.lose('shard-1', '8')
      await cursors.lose('shard-1', '6')
      expect(await cursors.read('shard-1')).toEqual({ position: '5', bytes: 100, lostBefore: '8' })
    })
  })
}
