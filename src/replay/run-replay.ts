/**
 * The whole of `bidding-exchange replay` but for the exchange itself, which the caller wires and closes:
 * feeds the rows, compares if asked, and prints the report. Read the rows with `readVenueFile`
 * first: a wrong file name should not leave an empty data directory behind.
 */

import type { ReplayCommand } from './command-line.ts'
import { compare } from './compare.ts'
import { type ProgressOutput, showProgress } from './progress.ts'
import { type ReplayOptions, replay } from './replay.ts'
import { jsonReport, textReport } from './report.ts'
import type { RowTable } from './row-table.ts'

/** The exchange that a feed goes to. */
export interface ReplayTarget extends Pick<ReplayOptions, 'instrument' | 'account' | 'orderEntry' | 'bookReader'> {
  tradeTotals: ReplayOptions['tradeTotals']
  /** Lots filled of an order; undefined if there is none. */
  filledOf(orderId: string): Promise<number | undefined>
}

export interface ReplayOutput {
  readonly report: NodeJS.WritableStream
  readonly progress: ProgressOutput
}

/** Resolves when the report is printed. Rejects with a FeedError, or with what the exchange threw. */
export async function runReplay(
  rows: RowTable,
  command: Pick<ReplayCommand, 'batchSize' | 'compare' | 'json'>,
  target: ReplayTarget,
  output: ReplayOutput = { report: process.stdout, progress: process.stderr },
): Promise<void> {
  const progress = showProgress(output.progress, command.json)
  try {
    const summary = await replay(rows, {
      instrument: target.instrument,
      account: target.account,
      orderEntry: target.orderEntry,
      bookReader: target.bookReader,
      tradeTotals: () => target.tradeTotals(),
      batchSize: command.batchSize,
      onProgress: (rowsDone, total) => progress.update(rowsDone, total),
    })
    progress.stop()
    const comparison = command.compare
      ? await compare(rows, target.instrument, (orderId) => target.filledOf(orderId))
      : undefined
    output.report.write(
      command.json ? `${jsonReport(summary, comparison)}\n` : textReport(summary, target.instrument.symbol, comparison),
    )
  } finally {
    progress.stop()
  }
}
