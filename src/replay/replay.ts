/**
 * Sends a venue's orders and cancels to an exchange, sorted by time, and summarises the results. It uses the same
 * port as every client, so each command is made durable and matched. A few batches are in flight at a time, and the
 * port keeps their sequence. The first failure stops the feed, because a lost order would make all later results
 * wrong.
 */

import type { BookReader } from '../ports/book-reader.ts'
import type { OrderEntry, Receipt } from '../ports/order-entry.ts'
import type { CancelOrder, Command, PlaceOrder } from '../protocol/command/commands.ts'
import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import { formatBigSteps, formatSteps } from '../protocol/units.ts'
import { rowCommand } from './row-command.ts'
import type { RowTable } from './row-table.ts'

/** All trades of a symbol so far, and their total lots. */
export interface TradeTotals {
  readonly trades: number
  readonly lots: bigint
}

export interface ReplayOptions {
  readonly instrument: ListedInstrument
  readonly account: string
  readonly orderEntry: OrderEntry
  readonly bookReader: BookReader
  /** Called before the first command and after the last. The difference is the trades of the replay. */
  tradeTotals(): Promise<TradeTotals>
  /** Commands in one call of the port. */
  readonly batchSize?: number
  /** Calls of the port that may be unanswered. */
  readonly inFlight?: number
  /** Time in which a batch must be matched. */
  readonly waitMs?: number
  /** Called after each batch with the number of rows done and the total. */
  onProgress?(rowsDone: number, rows: number): void
}

export interface Summary {
  /** Rows read. */
  readonly events: number
  /** Orders and cancels sent. */
  readonly orders: number
  readonly cancels: number
  /** Cancels of orders that were not in the book, or not any more. */
  readonly cancelsTooLate: number
  readonly trades: number
  /** Traded base quantity as exact decimal text. */
  readonly quantity: string
  readonly bestBid: string | null
  readonly bestAsk: string | null
  /** Time from the first command to the last outcome, without reading the file. */
  readonly elapsedMs: number
  readonly eventsPerSecond: number
  /** Orders that were not sent: without price or volume, or beyond the limits. */
  readonly skipped?: number
  /** Orders whose id was used before for another order. */
  readonly conflicts?: number
  /** Orders that the exchange already had from an earlier replay into the same data directory. */
  readonly repeated?: number
}

export const BATCH_SIZE_DEFAULT = 500
export const BATCH_SIZE_MAX = 10_000
const IN_FLIGHT_DEFAULT = 4
const WAIT_MS_DEFAULT = 60_000

/** Sends all rows and resolves when the last command is matched. Rejects with the first failure. */
export async function replay(rows: RowTable, options: ReplayOptions): Promise<Summary> {
  const { instrument } = options
  const tally = { orders: 0, cancels: 0, cancelsTooLate: 0, skipped: 0, conflicts: 0, repeated: 0 }
  const before = await options.tradeTotals()
  const startedMs = performance.now()
  await feed(rows, options, tally)
  const elapsedMs = Math.max(1, Math.round(performance.now() - startedMs))
  const after = await options.tradeTotals()
  const book = await options.bookReader.book(instrument.symbol, 1)
  const priceText = (level: (typeof book.bids)[number] | undefined) =>
    level === undefined ? null : formatSteps(level.price, instrument.tick)
  return {
    events: rows.length,
    orders: tally.orders,
    cancels: tally.cancels,
    cancelsTooLate: tally.cancelsTooLate,
    trades: after.trades - before.trades,
    quantity: formatBigSteps(after.lots - before.lots, instrument.lot),
    bestBid: priceText(book.bids[0]),
    bestAsk: priceText(book.asks[0]),
    elapsedMs,
    eventsPerSecond: Math.round((rows.length * 1000) / elapsedMs),
    ...(tally.skipped > 0 && { skipped: tally.skipped }),
    ...(tally.conflicts > 0 && { conflicts: tally.conflicts }),
    ...(tally.repeated > 0 && { repeated: tally.repeated }),
  }
}

type Tally = Record<'orders' | 'cancels' | 'cancelsTooLate' | 'skipped' | 'conflicts' | 'repeated', number>

async function feed(rows: RowTable, options: ReplayOptions, tally: Tally): Promise<void> {
  const batchSize = options.batchSize ?? BATCH_SIZE_DEFAULT
  const inFlight = options.inFlight ?? IN_FLIGHT_DEFAULT
  const waitMs = options.waitMs ?? WAIT_MS_DEFAULT
  const pending: Promise<void>[] = []
  const failures: unknown[] = []
  let rowsRead = 0
  let batch: (PlaceOrder | CancelOrder)[] = []

  const send = (): void => {
    const commands = batch
    const rowsDone = rowsRead
    batch = []
    // Handled at once, because a batch may fail while an earlier one is still awaited.
    const answered = options.orderEntry
      .submit(commands, waitMs)
      .then((receipts) => {
        commands.forEach((command, i) => {
          count(command, receipts[i], tally, waitMs)
        })
        options.onProgress?.(rowsDone, rows.length)
      })
      .catch((failure: unknown) => {
        failures.push(failure)
      })
    pending.push(answered)
  }

  try {
    for (const row of rows.inTimeOrder()) {
      rowsRead++
      const command = rowCommand(row, options.instrument, options.account)
      if (command === 'skipped') tally.skipped++
      if (typeof command === 'string') continue
      if (command.kind === 'PlaceOrder') tally.orders++
      else tally.cancels++
      if (batch.push(command) < batchSize) continue
      while (pending.length >= inFlight) await pending.shift()
      if (failures.length > 0) break
      send()
    }
    if (batch.length > 0 && failures.length === 0) send()
  } finally {
    // All batches have settled before the failure is reported, because the caller may then close the exchange.
    await Promise.all(pending)
  }
  if (failures.length > 0) throw failures[0]
  options.onProgress?.(rows.length, rows.length)
}

function count(command: Command, receipt: Receipt, tally: Tally, waitMs: number): void {
  if (receipt.kind === 'conflict') tally.conflicts++
  else if (receipt.kind === 'repeated') tally.repeated++
  else if (receipt.kind === 'refused') throw new Error(`a command was refused: ${receipt.code}`)
  else if (receipt.kind === 'failed') throw new Error(receipt.message)
  else if (receipt.outcome === undefined) throw new Error(`a command was not matched within ${waitMs} ms`)
  else if (command.kind === 'CancelOrder' && receipt.outcome.rejection === 'order_not_open') tally.cancelsTooLate++
}
