/** What a report is: a name, one line for `query --help`, the options that it takes, and its SQL. */

import type { Interval } from '../interval-words.ts'
import type { RowRange } from '../row-range.ts'

export interface ReportOptions extends RowRange {
  readonly interval: Interval
  /** Rows of each symbol, or levels of each side. */
  readonly top: number
}

export type ReportOption = keyof ReportOptions

export interface Report {
  readonly name: string
  readonly summary: string
  readonly takes: readonly ReportOption[]
  /** What the figures leave out, for those who read them. */
  readonly note?: string
  readonly sql: (options: ReportOptions) => string
}
