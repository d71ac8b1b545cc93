/** Rows of one table and day that grow while events come. The tables say which columns they have. */

import { invariant } from '../protocol/assert.ts'
import { type Column, ROWS_AT_FIRST } from './columns/column.ts'
import type { LakeBatch } from './lake-batch.ts'
import { type LakeTable, lakeColumns } from './lake-columns.ts'

export abstract class GatheredRows implements LakeBatch {
  readonly table: LakeTable
  readonly day: string
  rows = 0
  columns: readonly Column[] = []
  private room = ROWS_AT_FIRST

  protected constructor(table: LakeTable, day: string) {
    this.table = table
    this.day = day
  }

  /** Bytes of memory. */
  get bytes(): number {
    let bytes = 0
    for (const column of this.columns) bytes += column.memory
    return bytes
  }

  /** Puts the columns into the order of the table, with room for so many rows. */
  protected arrange(room: number, byName: Readonly<Record<string, Column>>): void {
    this.room = Math.max(room, ROWS_AT_FIRST)
    this.columns = lakeColumns(this.table).map(({ name }) => {
      const column = byName[name]
      invariant(column !== undefined, `the rows of ${this.table} have the column ${name}`)
      column.reserve(this.room)
      return column
    })
  }

  /** Adds a row of NULLs. Returns its place. */
  protected nextRow(): number {
    const row = this.rows++
    if (row === this.room) {
      this.room *= 2
      for (const column of this.columns) column.reserve(this.room)
    }
    return row
  }
}
