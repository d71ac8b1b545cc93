/**
 * The fields of an order that its later events and its fills repeat, by the mark `echo` in the table of
 * order-fields.ts. A trade has those of both orders under names of their own. They are for the account of the
 * order: public market data never shows them. An order without any pays nothing.
 */

import type { FieldsByName } from './optional-fields.ts'
import { type EchoFields, OPTIONAL_FIELDS, type OptionalOrderFields, type TradeEchoFields } from './order-fields.ts'

export const ECHO_FIELDS = OPTIONAL_FIELDS.filter(({ echo }) => echo)

const capitalized = (name: string): string => name[0].toUpperCase() + name.slice(1)

/** By order of a trade: each field, and its name in the trade. */
const MAKER_FIELDS = ECHO_FIELDS.map((field) => ({ field, name: `maker${capitalized(field.name)}` }))
const TAKER_FIELDS = ECHO_FIELDS.map((field) => ({ field, name: `taker${capitalized(field.name)}` }))
export const TRADE_ECHO_FIELDS = [...MAKER_FIELDS, ...TAKER_FIELDS]

/** The echo fields among the terms of an order; undefined if it has none. */
export function echoOf(terms: OptionalOrderFields | undefined): EchoFields | undefined {
  if (terms === undefined) return undefined
  let echo: FieldsByName | undefined
  for (const { name } of ECHO_FIELDS) {
    if (terms[name] === undefined) continue
    echo ??= {}
    echo[name] = terms[name]
  }
  return echo as EchoFields | undefined
}

/** The echo fields of one order of a trade, under their names in the order. */
export function ownEchoOf(trade: TradeEchoFields, liquidity: 'MAKER' | 'TAKER'): EchoFields {
  const values = trade as Readonly<Record<string, unknown>>
  const echo: Record<string, unknown> = {}
  for (const { field, name } of liquidity === 'MAKER' ? MAKER_FIELDS : TAKER_FIELDS) {
    if (values[name] !== undefined) echo[field.name] = values[name]
  }
  return echo as EchoFields
}

/** The echo fields of both orders of a trade under their names in the trade; undefined if there are none. */
export function tradeEchoOf(maker: EchoFields | undefined, taker: EchoFields | undefined): TradeEchoFields | undefined {
  if (maker === undefined && taker === undefined) return undefined
  const echo: Record<string, unknown> = {}
  for (const [order, fields] of [
    [maker as FieldsByName | undefined, MAKER_FIELDS],
    [taker as FieldsByName | undefined, TAKER_FIELDS],
  ] as const) {
    for (const { field, name } of fields) if (order?.[field.name] !== undefined) echo[name] = order[field.name]
  }
  return echo as TradeEchoFields
}
