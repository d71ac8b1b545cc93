/**
 * Runs `bidding-exchange replay` on an exchange that the caller wires and closes: sends the rows, compares if
 * requested, and prints the report. The caller reads the rows with `readVenueFile` first, so that a wrong file name
 * does not leave an empty data directory.
 */

import type { ReplayCommand } from './command-line.ts'
import { compare } from './compare.ts'
import { type ProgressOutput, showProgress } from './progress.ts'
import { type ReplayOptions, replay } from './replay.ts'
import { jsonReport, textReport } from './report.ts'
import type { RowTable } from './row-table.ts'

/** The exchange that receives the feed. */
export interface ReplayTarget extends Pick<ReplayOptions, 'instrument' | 'account' | 'orderEntry' | 'bookReader'> {
  tradeTotals: ReplayOptions['tradeTotals']
  /** The filled lots of an order; undefined if there is no such order. */
  filledOf(orderId: string): Promise<number | undefined>
}

export interface ReplayOutput {
  readonly report: NodeJS.WritableStream
  readonly progress: ProgressOutput
}

/** Resolves when the report is printed. Rejects with a FeedError, or with the error of the exchange. */
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
