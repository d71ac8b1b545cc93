/** The benchmark with a tiny load, so that it keeps working. */

import { expect, test } from 'vitest'
import { hasRedis } from '../test/redis/redis-server.ts'
import { benchRedis } from './redis.ts'

test.runIf(hasRedis)('compares every book and batch size', async () => {
  const rows = await benchRedis({ rounds: 1, commands: 600, batches: [100, 500], symbols: [1, 2], books: ['shallow'] })
  expect(rows.map((row) => [row.book, row.symbols, row.batch])).toEqual([
    ['shallow', 1, 100],
    ['shallow', 1, 500],
    ['shallow', 2, 100],
    ['shallow', 2, 500],
  ])
  for (const row of rows) {
    expect(row.luaPerSecond).toBeGreaterThan(0)
    expect(row.fromJsonPerSecond).toBeGreaterThan(0)
    expect(row.fromCommandsPerSecond).toBeGreaterThan(0)
    expect(row.redisBytesPerCommand).toBeGreaterThan(100)
  }
})
