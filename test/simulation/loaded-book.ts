/** The book that the next matcher of a symbol would get: from the cache, or rebuilt. */

import { ShardRebuild } from '../../src/shard/shard-rebuild.ts'
import { type HeldSymbol, loadSymbol, RebuildNeeded, type RecoveryPorts } from '../../src/shard/symbol-recovery.ts'

export async function loadedBook(symbol: string, ports: RecoveryPorts): Promise<HeldSymbol | undefined> {
  try {
    return await loadSymbol(symbol, ports)
  } catch (cause) {
    if (!(cause instanceof RebuildNeeded)) throw cause
    const rebuild = new ShardRebuild(ports, () => 0)
    const { books, failures } = await rebuild.run([cause], Number.POSITIVE_INFINITY, 0)
    if (failures.size > 0) throw failures.get(symbol)
    return books.get(symbol)
  }
}
