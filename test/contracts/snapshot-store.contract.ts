/** The contract of a snapshot store. */

import { describe, expect, test } from 'vitest'
import type { SnapshotStore } from '../../src/ports/snapshot-store.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const position = (n: number): string => String(n).padStart(16, '0')

export function snapshotStoreContract(open: () => Promise<SnapshotStore>): void {
  describe('a snapshot store', () => {
    test('has no snapshot at first', async () => {
      expect(await (await open()).latest(position(9))).toBeUndefined()
    })

    test('returns the stored bytes', async () => {
      const store = await open()
      const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i * 7)
      await store.save({ position: position(3), bytes })
      const found = await store.latest(position(3))
      expect(found?.position).toBe(position(3))
      expect(Buffer.compare(found?.bytes ?? new Uint8Array(), bytes)).toBe(0)
    })

    test('accepts an empty snapshot', async () => {
      const store = await open()
      await store.save({ position: position(1), bytes: new Uint8Array() })
      expect((await store.latest(position(1)))?.bytes).toHaveLength(0)
    })

    test('returns the newest snapshot at or before a position', async () => {
      const store = await open()
      await store.save({ position: position(5), bytes: bytesOf('five') })
      await store.save({ position: position(9), bytes: bytesOf('nine') })
      expect(await store.latest('')).toBeUndefined()
      expect(await store.latest(position(4))).toBeUndefined()
      expect((await store.latest(position(8)))?.position).toBe(position(5))
      expect((await store.latest(position(9)))?.position).toBe(position(9))
      expect((await store.latest(position(10)))?.position).toBe(position(9))
    })

    test('replaces the snapshot of the same position', async () => {
      const store = await open()
      await store.save({ position: position(5), bytes: bytesOf('old') })
      await store.save({ position: position(5), bytes: bytesOf('new') })
      expect(Buffer.from((await store.latest(position(5)))?.bytes ?? []).toString()).toBe('new')
    })
  })
}
