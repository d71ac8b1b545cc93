/**
 * What a function is told by its environment. A variable that is missing stops the function when it
 * is loaded, with its name: a deployment that forgot one fails its first call and not its hundredth.
 */

import type { Instruments } from '../../protocol/codec.ts'
import { type InstrumentText, parseInstrument } from '../../protocol/instrument.ts'

export function required(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`)
  return value
}

export const optional = (name: string): string | undefined => process.env[name] || undefined

/** `INSTRUMENTS`: a JSON array of {symbol, base, quote, tickSize, lotSize}. */
export function instrumentsOf(json: string): Instruments {
  const rows = JSON.parse(json) as InstrumentText[]
  return new Map(rows.map((row) => [row.symbol, parseInstrument(row)]))
}
