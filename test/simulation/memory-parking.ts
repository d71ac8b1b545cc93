/**
 * States, kept records and cursors in memory, which behave as DynamoDB and S3 do for the matcher. `visit` is called
 * before and after every effect, and may throw.
 */

import type { KeptRecords } from '../../src/ports/kept-records.ts'
import type { Position } from '../../src/ports/order-stream.ts'
import type { RawRecord } from '../../src/ports/record-stream.ts'
import type { ShardCursor, ShardCursors } from '../../src/ports/shard-cursors.ts'
import type { SymbolState, SymbolStates } from '../../src/ports/symbol-states.ts'
import type { PublishedState } from './memory-publisher.ts'

/** What all processes share. */
export class ParkedState {
  /** By symbol and `FIRST-LAST`. */
  readonly kept = new Map<string, Map<string, readonly RawRecord[]>>()
  readonly suspended = new Set<string>()
  readonly cursors = new Map<string, ShardCursor>()
}

type Visit = (label: string) => Promise<void>
const NOTHING: Visit = async () => {}

export function memoryStates(parked: ParkedState, published: PublishedState, visit: Visit = NOTHING): SymbolStates {
  const { states } = published
  const effect = async <T>(label: string, work: () => T): Promise<T> => {
    await visit(label)
    const result = work()
    await visit(`${label} done`)
    return result
  }
  return {
    enter: (symbol, state, seen) =>
      effect('state enter', () => {
        const known = states.get(symbol)
        const isSame = known?.kind === seen?.state?.kind && known?.keptThrough === seen?.state?.keptThrough
        if (!isSame || (published.marks.get(symbol)?.position ?? '') !== (seen?.position ?? '')) return false
        states.set(symbol, state)
        return true
      }),
    extend: (symbol, keptThrough) =>
      effect('state extend', () => {
        const known = states.get(symbol)
        if (known === undefined) return false
        if (known.keptThrough < keptThrough) states.set(symbol, { ...known, keptThrough })
        return true
      }),
    leave: (symbol, through) =>
      effect('state leave', () => {
        const known: SymbolState | undefined = states.get(symbol)
        return known !== undefined && known.keptThrough <= through && states.delete(symbol)
      }),
    suspend: (symbol, suspended) =>
      effect('suspend', () => {
        if (suspended) parked.suspended.add(symbol)
        else parked.suspended.delete(symbol)
      }),
    snapshotSaved: (symbol, snapshot) =>
      effect('snapshot note', () => {
        const known = published.snapshots.get(symbol)
        if (known === undefined || known.position < snapshot.position) published.snapshots.set(symbol, snapshot)
      }),
  }
}

const lastOf = (name: string): Position => name.slice(name.indexOf('-') + 1)

export function memoryKeptRecords({ kept }: ParkedState, visit: Visit = NOTHING): KeptRecords {
  const namesOf = (symbol: string) => [...(kept.get(symbol)?.keys() ?? [])].sort()
  return {
    async keep(symbol, records) {
      await visit('keep records')
      const name = `${records[0].position}-${records[records.length - 1].position}`
      kept.set(symbol, new Map(kept.get(symbol)).set(name, records))
      await visit('kept records')
    },
    async *read(symbol, after) {
      for (const name of namesOf(symbol)) {
        if (lastOf(name) <= after) continue
        await visit('kept read')
        yield (kept.get(symbol)?.get(name) ?? []).filter(({ position }) => position > after)
      }
    },
    async forget(symbol, through: Position) {
      for (const name of namesOf(symbol)) {
        if (lastOf(name) > through) continue
        await visit('kept delete')
        kept.get(symbol)?.delete(name)
      }
    },
  }
}

export function memoryCursors({ cursors }: ParkedState, visit: Visit = NOTHING): ShardCursors {
  return {
    async read(shardId) {
      await visit('cursor read')
      return cursors.get(shardId)
    },
    async advance(shardId, position, bytes) {
      await visit('cursor write')
      const known = cursors.get(shardId) ?? { position: '', bytes: 0 }
      if (known.position > position) return
      cursors.set(shardId, { ...known, position, bytes: known.bytes + bytes })
    },
    async lose(shardId, before) {
      await visit('cursor lose')
      const known = cursors.get(shardId) ?? { position: '', bytes: 0 }
      if ((known.lostBefore ?? '') < before) cursors.set(shardId, { ...known, lostBefore: before })
    },
  }
}
