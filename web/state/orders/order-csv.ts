/** The columns of the downloads, and the download itself. */

import type { Order } from '../../../src/client/client.ts'
import { OPTIONAL_FIELDS, requestNameOf } from '../../../src/protocol/order/order-fields.ts'
import { type Column, csvOf } from '../text/csv.ts'
import { ECHO_NAMES, type OwnFill } from './order-lists.ts'

const field = <Row extends object>(name: string): Column<Row> => ({
  name,
  of: (row) => (row as Readonly<Record<string, string | number | boolean | null>>)[name],
})

/** As `GET /orders` names them. */
const ORDER_COLUMNS: readonly Column<Order>[] = [
  'orderId',
  'symbol',
  'side',
  'type',
  'timeInForce',
  'price',
  'quantity',
  'filledQuantity',
  'remainingQuantity',
  'status',
  'reason',
  ...OPTIONAL_FIELDS.map(requestNameOf),
  'receivedAt',
  'updatedAt',
].map((name) => field<Order>(name))

const FILL_COLUMNS: readonly Column<OwnFill>[] = [
  'tradeId',
  'orderId',
  'symbol',
  'side',
  'price',
  'quantity',
  'liquidity',
  ...ECHO_NAMES,
  'timestamp',
].map((name) => field<OwnFill>(name))

export const ordersCsv = (rows: readonly Order[]): string => csvOf(ORDER_COLUMNS, rows)
export const fillsCsv = (rows: readonly OwnFill[]): string => csvOf(FILL_COLUMNS, rows)

/** Saves text as a file. `what`: the first part of its name. */
export function download(what: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${what}-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}Z.csv`
  link.click()
  // The browser reads the text in a later task.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
