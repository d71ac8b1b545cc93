/** An order log in memory, and the lake that a process makes of it, from its position to the end. */

import { LakeFolder } from '../../src/adapters/embedded/lake/lake-folder.ts'
import { LakeWriter, type LakeWriterOptions } from '../../src/adapters/embedded/lake/lake-writer.ts'
import { LakeFold } from '../../src/lake/lake-fold.ts'
import { parquetFile } from '../../src/lake/parquet-file.ts'
import { ExchangeMatcher } from '../../src/matcher/exchange-matcher.ts'
import type { StreamRecord } from '../../src/ports/order-stream.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import type { EventCursor } from '../../src/protocol/event/event-cursor.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { placeOrder } from '../contracts/sample-records.ts'

export const positionAt = (command: number): string => String(command).padStart(16, '0')

/** Each record has the definition of the instruments, or some orders of two symbols, half of which trade. */
export function recordsFrom(startMs: number, count: number, stepMs: number): StreamRecord[] {
  const records: StreamRecord[] = []
  let last = 0
  for (let i = 0; i < count; i++) {
    const commands: Command[] =
      i === 0 ? DEMO_INSTRUMENTS.map((text) => ({ kind: 'DefineInstrument', ...text })) : ordersOf(i)
    last += commands.length
    records.push({ position: positionAt(last), timestampMs: startMs + i * stepMs, commands })
  }
  return records
}

function ordersOf(i: number): Command[] {
  const symbol = i % 3 === 0 ? 'ETHUSD' : 'BTCUSD'
  const side = i % 2 === 0 ? 'SELL' : 'BUY'
  const order = (n: number) =>
    placeOrder(`${i}-${n}`, {
      symbol,
      side,
      account: side === 'SELL' ? 'bob' : 'ann',
      quantity: lots(1 + n),
      price: ticks(100),
    })
  const orders: Command[] = [order(0), order(1)]
  if (i % 5 === 0) orders.push({ kind: 'CancelOrder', symbol, account: 'ann', orderId: `${i - 1}-0` } as Command)
  return orders
}

/** The keys of all rows: table, day, symbol and number of the event. */
export function rowKeys(records: readonly StreamRecord[], upTo = '9'): string[] {
  const keys: string[] = []
  const matcher = new ExchangeMatcher()
  for (const record of records) {
    if (record.position > upTo) break
    matcher.apply(record, {
      take: ({ kind, symbol, number, concernsSymbol }) => {
        const day = new Date(record.timestampMs).toISOString().slice(0, 10)
        const table = kind === 'TradeExecuted' ? 'trades' : 'orders'
        if (!concernsSymbol) keys.push(`${table} ${day} ${symbol} ${number}`)
      },
    })
  }
  return keys.sort()
}

export interface LakeProcess extends Partial<LakeWriterOptions> {
  readonly root: string
  readonly records: readonly StreamRecord[]
  /** A flush after so many records. */
  readonly flushEvery: number
  /** Milliseconds between two looks at the clock. */
  readonly tickMs?: number
}

/** Opens the lake, applies the log again, and writes what the lake does not have. */
export function runLake({ root, records, flushEvery, tickMs = 0, ...options }: LakeProcess): LakeFolder {
  let nowMs = 0
  const folder = new LakeFolder(root, () => {
    nowMs += tickMs
    return nowMs
  })
  folder.open()
  const matcher = new ExchangeMatcher()
  const fold = new LakeFold([])
  const writer = new LakeWriter(folder, fold, { encode: parquetFile, ...options })
  // The instruments come with the first events, which may be in the lake.
  const start = folder.reached.position
  const definitions = { take: (event: EventCursor) => event.concernsSymbol && fold.take(event) }
  for (const [i, record] of records.entries()) {
    matcher.apply(record, record.position > start ? writer : definitions)
    if (record.position <= start) continue
    writer.recordTaken(record)
    if ((i + 1) % flushEvery !== 0 && i !== records.length - 1) continue
    writer.flush()
    while (writer.join());
  }
  return folder
}
