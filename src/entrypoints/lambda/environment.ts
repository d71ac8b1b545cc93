/**
 * What a function is told by its environment. A variable that is missing stops the function when it
 * is loaded, with its name: a deployment that forgot one fails its first call and not its hundredth.
 */

import type { InstrumentText } from '../../protocol/instrument.ts'
import { type ListedInstrument, newlyListed } from '../../protocol/instrument-directory.ts'
import { RULES_NEWEST } from '../../protocol/versions.ts'

export function required(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`)
  return value
}

export const optional = (name: string): string | undefined => process.env[name] || undefined

/** `INSTRUMENTS`: a JSON array of {symbol, base, quote, tickSize, lotSize}. */
export function instrumentsOf(json: string): ReadonlyMap<string, ListedInstrument> {
  const rows = JSON.parse(json) as InstrumentText[]
  return new Map(rows.map((row) => [row.symbol, newlyListed(row, RULES_NEWEST)]))
}
