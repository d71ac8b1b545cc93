/**
 * Reads the file with the instruments of a new exchange. Afterwards the order log contains the instruments, and
 * operators change them through the API.
 */

import { readFileSync } from 'node:fs'
import { type InstrumentText, instrumentOf, parseInstrument } from '../../protocol/instrument/instrument.ts'
import { INSTRUMENTS_MAX } from '../../protocol/limits.ts'

/** The instruments are invalid. */
export class BadInstruments extends Error {
  override readonly name = 'BadInstruments'
}

const REQUIRED = ['symbol', 'base', 'quote', 'tickSize', 'lotSize']
const OPTIONAL = ['minQuantity', 'maxQuantity']

/** Reads a JSON array of {symbol, base, quote, tickSize, lotSize, minQuantity?, maxQuantity?}. Throws {@link BadInstruments}. */
export function readInstruments(path: string): InstrumentText[] {
  let rows: unknown
  try {
    rows = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'it is not JSON' : (cause as Error).message
    throw new BadInstruments(`${path}: ${reason}`, { cause })
  }
  if (!Array.isArray(rows) || rows.length === 0 || rows.length > INSTRUMENTS_MAX) {
    throw new BadInstruments(`${path}: expected a JSON array of 1 to ${INSTRUMENTS_MAX} instruments`)
  }
  for (const [index, row] of rows.entries()) {
    for (const field of [...REQUIRED, ...OPTIONAL]) {
      const value = row?.[field]
      if (typeof value !== 'string' && (value !== undefined || REQUIRED.includes(field)))
        throw new BadInstruments(`${path}: instrument ${index + 1}: ${field} must be text`)
    }
  }
  return rows
}

/** Checks instruments, and returns them in the form of their definition. Throws {@link BadInstruments}. */
export function seedInstruments(rows: readonly InstrumentText[]): InstrumentText[] {
  const symbols = new Set<string>()
  return rows.map((row) => {
    if (symbols.has(row.symbol)) throw new BadInstruments(`${row.symbol} is listed twice`)
    symbols.add(row.symbol)
    try {
      parseInstrument(row)
      return instrumentOf(row)
    } catch (cause) {
      throw new BadInstruments(`${row.symbol}: ${(cause as Error).message}`, { cause })
    }
  })
}
