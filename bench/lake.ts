/**
 * `npm run bench -- lake`: what the rows of the lake cost. Times are processor times of this process, because the
 * machine may be busy; each row is the median of the rounds.
 */

import { LakeFeedReader } from '../src/lake/feed/lake-feed-reader.ts'
import type { LakeBatch } from '../src/lake/lake-batch.ts'
import { LakeFold } from '../src/lake/lake-fold.ts'
import { parquetFile } from '../src/lake/parquet-file.ts'
import { DEMO_INSTRUMENTS, parseInstrument } from '../src/protocol/instrument/instrument.ts'
import { median } from './engine/compare.ts'
import { type Naming, type OrderFlow, orderFlow } from './lake/order-flow.ts'
import { processorTimes } from './processor-time.ts'

export interface LakeRow {
  readonly what: string
  readonly ns: number
  readonly min: number
  readonly max: number
  readonly perSecond: number
}

export interface LakeReport {
  readonly rows: readonly LakeRow[]
  /** Of a file, by row. */
  readonly bytes: readonly { readonly what: string; readonly bytes: number }[]
}

/** Rows of one file, as the writer closes it. */
const FILE_ROWS = 65_536

export function benchLake({ tiny, rounds }: { tiny: boolean; rounds: number }): LakeReport {
  const flows = (['uuid', 'counted'] as const).map((naming) => ({
    naming,
    flow: orderFlow(tiny ? 2_000 : 200_000, naming),
  }))
  return {
    rows: flows.flatMap(({ naming, flow }) => timesOf(naming, flow, rounds)),
    bytes: flows.flatMap(({ naming, flow }) => sizesOf(naming, flow)),
  }
}

function timesOf(naming: Naming, flow: OrderFlow, rounds: number): LakeRow[] {
  const { orders, orderEvents, trades } = flow
  const files = filesOf(flow)
  const encode = (table: LakeBatch['table']) => () => {
    for (const batch of files) if (batch.table === table) parquetFile(batch)
  }
  const name = `${naming} ids, ${(trades / orders).toFixed(2)} trades an order`
  return [
    row(`${name}: an event decoded`, rounds, orderEvents + trades, () => decode(flow)),
    row(`${name}: an event decoded and folded`, rounds, orderEvents + trades, () => filesOf(flow)),
    row(`${name}: a row of orders encoded`, rounds, orderEvents, encode('orders')),
    row(`${name}: a row of trades encoded`, rounds, trades, encode('trades')),
    row(`${name}: an order with its trades, all of it`, rounds, orders, () => {
      for (const batch of filesOf(flow)) parquetFile(batch)
    }),
  ]
}

function sizesOf(naming: Naming, flow: OrderFlow) {
  const files = filesOf(flow)
  return (['orders', 'trades'] as const).map((table) => {
    const own = files.filter((batch) => batch.table === table)
    const rows = own.reduce((sum, batch) => sum + batch.rows, 0)
    const bytes = own.reduce((sum, batch) => sum + parquetFile(batch).length, 0)
    return { what: `${naming} ids: a row of ${table}`, bytes: Math.round((bytes / rows) * 10) / 10 }
  })
}

function decode({ chunks }: OrderFlow): void {
  let length = 0
  const event = new LakeFeedReader()
  for (const chunk of chunks) {
    for (event.read(chunk); event.next(); ) length += event.orderView.getUint8(event.orderIdAt)
  }
  if (length === 0) throw new Error('the feed is empty')
}

/** The batches that become files. */
function filesOf({ chunks }: OrderFlow): LakeBatch[] {
  const fold = new LakeFold(DEMO_INSTRUMENTS.map(parseInstrument))
  const event = new LakeFeedReader()
  const files: LakeBatch[] = []
  for (const chunk of chunks) {
    for (event.read(chunk); event.next(); ) fold.take(event)
    for (const rows of fold.gathered()) {
      if (rows.rows < FILE_ROWS) continue
      files.push(rows)
      fold.drop(rows)
    }
  }
  return [...files, ...fold.flush()]
}

function row(what: string, rounds: number, count: number, run: () => void): LakeRow {
  const times = processorTimes(rounds, count, run)
  const ns = Math.round(median(times))
  return {
    what,
    ns,
    min: Math.round(times[0]),
    max: Math.round(times[times.length - 1]),
    perSecond: Math.round(1e9 / ns),
  }
}
