/**
 * The columns of the lake's table of order lines: every field that a line of the stream may have, in lower
 * case as Glue wants it. Order fields come from the table in src/protocol/order/order-fields.ts.
 */

import { knownFieldNames } from '../../src/protocol/command/known-fields.ts'
import { CORE_ORDER_FIELDS, OPTIONAL_ORDER_FIELDS, type OrderField } from '../../src/protocol/order/order-fields.ts'

type Column = readonly [name: string, type: string, comment: string]

const TYPES: Readonly<Record<OrderField['kind'], string>> = {
  word: 'string',
  text: 'string',
  flag: 'boolean',
  time: 'bigint',
  ticks: 'decimal(38,12)',
  lots: 'decimal(38,12)',
}

const ORDER_COLUMNS: readonly Column[] = Object.entries({ ...CORE_ORDER_FIELDS, ...OPTIONAL_ORDER_FIELDS }).map(
  ([name, { kind, meaning }]) => [name, TYPES[kind], meaning],
)

/** In the order in which SELECT * shows them. */
const COLUMNS: readonly Column[] = [
  ['kind', 'string', 'The kind of command: PlaceOrder, CancelOrder, AmendOrder ...'],
  ['symbol', 'string', 'Instrument.'],
  ['account', 'string', 'Whose command it is.'],
  ['orderId', 'string', 'What the account calls the order.'],
  ...ORDER_COLUMNS,
  ['phase', 'string', 'Trading phase that an operator sets.'],
  ['low', 'decimal(38,12)', 'Lower bound of a price band.'],
  ['high', 'decimal(38,12)', 'Upper bound of a price band.'],
  ['base', 'string', 'Asset that an instrument trades.'],
  ['quote', 'string', 'Asset that an instrument is priced in.'],
  ['tickSize', 'decimal(38,12)', 'Step of the prices of an instrument.'],
  ['lotSize', 'decimal(38,12)', 'Step of the quantities of an instrument.'],
  ['minQuantity', 'decimal(38,12)', 'Smallest order of an instrument.'],
  ['maxQuantity', 'decimal(38,12)', 'Largest order of an instrument.'],
  ['rules', 'bigint', 'Version of the rules that an operator adopts.'],
  ['operator', 'string', 'Account of the operator.'],
  ['operatorKey', 'string', 'Name of the key that the operator used.'],
  ['operatorReason', 'string', 'Why, in the words of the operator.'],
  ['requestId', 'string', 'The request it came with.'],
  ['traceId', 'string', 'The X-Ray trace of the request.'],
  ['again', 'boolean', 'The stream may already have the same command.'],
]

export function orderColumns(): string {
  const missing = knownFieldNames().filter((name) => !COLUMNS.some(([column]) => column === name))
  if (missing.length > 0) throw new Error(`no column for ${missing.join(', ')}`)
  return `${JSON.stringify(
    COLUMNS.map(([name, type, comment]) => [name.toLowerCase(), type, comment]),
    null,
    2,
  )}\n`
}
