import { expect, test } from 'vitest'
import { SnapshotRefused } from '../engine/snapshot.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { joinParts, partReader } from './snapshot-parts.ts'

const parts = ['one', '', 'three'].map((text) => Buffer.from(text))

test('parts are read back in order, and the end is refused', () => {
  const next = partReader(joinParts(parts))
  for (const part of parts) expect(next().equals(part)).toBe(true)
  expect(next).toThrow(SnapshotRefused)
})

test('parts that do not fit in one buffer are refused with both sizes', () => {
  expect(joinParts(parts, 20)).toHaveLength(20)
  expect(() => joinParts(parts, 19)).toThrow(OperationalFailure)
  expect(() => joinParts(parts, 19)).toThrow('a snapshot of 20 bytes is too large; at most 19 fit')
})
