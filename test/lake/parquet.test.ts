/** The rows of the lake as DuckDB reads them in the files, against rows made from the objects of the same events. */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LakeTable, lakeColumns } from '../../src/lake/lake-columns.ts'
import { LakeFold } from '../../src/lake/lake-fold.ts'
import { parquetFile } from '../../src/lake/parquet-file.ts'
import type { EventCursor } from '../../src/protocol/event/event-cursor.ts'
import { eventOf } from '../../src/protocol/event/event-of.ts'
import { ExchangeState } from '../../src/recovery/exchange-state.ts'
import { randomHistory } from '../contracts/random-history.ts'
import { ExpectedRows } from './expected-rows.ts'
import { readParquet } from './read-parquet.ts'

const SQL_TYPES = { text: 'VARCHAR', flag: 'BOOLEAN', decimal: 'DECIMAL(38,12)', time: 'TIMESTAMP', count: 'BIGINT' }

test('DuckDB reads the rows of the events, exactly', async () => {
  await fc.assert(
    fc.asyncProperty(randomHistory, async (history) => {
      const fold = new LakeFold([])
      const expected = new ExpectedRows()
      const state = new ExchangeState()
      const both = {
        take(event: EventCursor) {
          fold.take(event)
          expected.take(eventOf(event), event)
        },
      }
      for (const record of history) state.apply(record, both)
      const rows: Record<LakeTable, unknown[]> = { orders: [], trades: [] }
      for (const batch of fold.flush()) {
        const file = await readParquet(parquetFile(batch))
        const types = lakeColumns(batch.table).map(({ name, type }) => [name, SQL_TYPES[type]])
        expect(Object.entries(file.types)).toEqual(types)
        rows[batch.table].push(...file.rows)
      }
      expect(rows).toEqual(expected.rows)
    }),
    { numRuns: 30 },
  )
})
