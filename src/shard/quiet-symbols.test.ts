import { describe, expect, test } from 'vitest'
import type { Schedule, StoredMark } from '../ports/publisher.ts'
import { SILENT_MS, symbolsDue } from './quiet-symbols.ts'

const NOW_MS = 1_700_000_000_000
const MINUTE_MS = 60_000
const SAVED = { position: '5', shardBytes: 0 }
const STATE = { kind: 'parked', reason: '', position: '6', sinceMs: 0, keptThrough: '6' } as const

interface Row extends Partial<Omit<StoredMark, 'schedule'>> {
  readonly closed?: boolean
  /** null: of a program without schedules. */
  readonly schedule?: Partial<Schedule> | null
}

/** By default, rows of one shard that has just delivered a record, all saved. */
function due(rows: Record<string, Row | undefined>, shardBytes = 0): string[] {
  const marks = new Map<string, StoredMark>()
  for (const [symbol, row] of Object.entries(rows)) {
    if (row === undefined) continue
    const { closed: _, schedule, ...mark } = row
    const full = { recordAtMs: NOW_MS - 1_000, shardId: 'shard-1', ...schedule }
    const stored = { position: '5', eventNumber: 1, tradeNumber: 0, snapshot: SAVED, ...mark }
    marks.set(symbol, { ...stored, ...(schedule !== null && { schedule: full }) })
  }
  const symbols = Object.entries(rows).map(([symbol, row]) => ({ symbol, closed: row?.closed === true }))
  return symbolsDue(symbols, { marks, shardBytes: new Map([['shard-1', shardBytes]]) }, NOW_MS)
}

const ago = (durationMs: number): Row => ({ schedule: { recordAtMs: NOW_MS - durationMs } })
const unsaved = (durationMs = 1_000): Row => ({ ...ago(durationMs), position: '6' })

describe('a symbol needs a record', () => {
  test('not if nothing is due', () => {
    expect(due({ AAA: {}, BBB: unsaved(), CCC: ago(MINUTE_MS) })).toEqual([])
  })

  test('if an order has expired', () => {
    const at = (nextExpiryMs: number): Row => ({ schedule: { nextExpiryMs } })
    expect(due({ PAST: at(NOW_MS - 1), NOW: at(NOW_MS), LATER: at(NOW_MS + 1) })).toEqual(['PAST', 'NOW'])
  })

  test('if a reader found its book lost after its last record', () => {
    const wanted = (wantedAtMs: number, closed = false): Row => ({ ...ago(MINUTE_MS), wantedAtMs, closed })
    const rows = { BEFORE: wanted(NOW_MS - 2 * MINUTE_MS), AFTER: wanted(NOW_MS), CLOSED: wanted(NOW_MS, true) }
    expect(due(rows)).toEqual(['AFTER', 'CLOSED'])
  })

  test('if its records are kept', () => {
    expect(due({ AAA: { state: STATE }, BBB: { state: STATE, closed: true } })).toEqual(['AAA', 'BBB'])
  })

  test('if its definition is among the records that are kept until a newer program runs', () => {
    const mark = { position: '', eventNumber: 0, tradeNumber: 0 }
    const marks = new Map<string, StoredMark>([
      ['NEW', { ...mark, state: { ...STATE, kind: 'recovering' } }],
      ['PARKED', { ...mark, state: STATE }],
      ['HEALTHY', mark],
    ])
    expect(symbolsDue([], { marks, shardBytes: new Map() }, NOW_MS)).toEqual(['NEW'])
    expect(symbolsDue([{ symbol: 'NEW', closed: false }], { marks, shardBytes: new Map() }, NOW_MS)).toEqual(['NEW'])
  })

  test('if it has no mark, or one without a schedule, unless it is closed and saved', () => {
    expect(due({ NEVER: undefined, OLD: { schedule: null } })).toEqual(['NEVER', 'OLD'])
    const closed = { closed: true, schedule: null } as const
    expect(due({ SAVED: closed, UNSAVED: { ...closed, position: '6' } })).toEqual(['UNSAVED'])
  })

  test('an hour after its last record, if that is not in a snapshot', () => {
    const rows = { AAA: unsaved(59 * MINUTE_MS), BBB: unsaved(60 * MINUTE_MS), CCC: ago(60 * MINUTE_MS), DDD: {} }
    expect(due(rows)).toEqual(['BBB'])
    expect(due({ ...rows, BBB: { ...unsaved(60 * MINUTE_MS), closed: true } })).toEqual(['BBB'])
  })

  test('if its shard has delivered much since its snapshot', () => {
    expect(due({ AAA: unsaved(), BBB: {} }, 20_000_000)).toEqual([])
    expect(due({ AAA: unsaved(), BBB: {} }, 50_000_000)).toEqual(['AAA'])
  })

  test('if it is not saved, and nobody knows what its shard has delivered', () => {
    const elsewhere = { schedule: { shardId: 'shard-2', recordAtMs: NOW_MS } }
    expect(due({ AAA: { ...elsewhere, position: '6' }, BBB: elsewhere })).toEqual(['AAA'])
  })
})

describe('a shard that has delivered nothing for minutes', () => {
  test('gets a record of the symbol that is quiet for longest', () => {
    const rows = { AAA: ago(2 * SILENT_MS), BBB: ago(3 * SILENT_MS), CCC: ago(SILENT_MS) }
    expect(due(rows)).toEqual(['BBB'])
    expect(due({ ...rows, CCC: ago(SILENT_MS - 1) })).toEqual([])
  })

  test('gets one of a closed symbol only if it has no other', () => {
    const closed = { ...ago(3 * SILENT_MS), closed: true }
    expect(due({ AAA: closed, BBB: ago(SILENT_MS), CCC: closed })).toEqual(['BBB'])
    expect(due({ AAA: closed })).toEqual(['AAA'])
  })

  test('gets those of its unsaved symbols: they may be in a shard that was split', () => {
    expect(due({ AAA: unsaved(SILENT_MS), BBB: ago(3 * SILENT_MS), CCC: unsaved(2 * SILENT_MS) })).toEqual([
      'AAA',
      'CCC',
    ])
  })

  test('gets no more if one of its symbols is due, but a kept record does not count', () => {
    const quiet = ago(SILENT_MS)
    const expired = { schedule: { recordAtMs: NOW_MS - 2 * SILENT_MS, nextExpiryMs: NOW_MS } }
    expect(due({ AAA: quiet, BBB: expired })).toEqual(['BBB'])
    expect(due({ AAA: quiet, BBB: { ...ago(2 * SILENT_MS), state: STATE } })).toEqual(['BBB', 'AAA'])
  })

  test('is told apart from other shards', () => {
    const other = { schedule: { shardId: 'shard-2', recordAtMs: NOW_MS - 2 * SILENT_MS } }
    expect(due({ AAA: {}, BBB: other, CCC: other })).toEqual(['BBB'])
  })
})
