/**
 * The instruments of a data directory. What was once traded keeps its tick and lot for ever, because
 * the log is read by them; instruments may be added, never changed or taken away.
 */

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Instrument, type InstrumentText, instrumentText, parseInstrument } from '../../protocol/instrument.ts'
import { INSTRUMENTS_MAX } from '../../protocol/limits.ts'

/** Instruments that cannot be read, or contradict those of the data directory. */
export class BadInstruments extends Error {
  override readonly name = 'BadInstruments'
}

/** Reads a JSON array of {symbol, base, quote, tickSize, lotSize}. Throws {@link BadInstruments}. */
export function readInstruments(path: string): InstrumentText[] {
  let rows: unknown
  try {
    rows = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new BadInstruments(`${path}: ${(cause as Error).message}`, { cause })
  }
  if (!Array.isArray(rows) || rows.length === 0 || rows.length > INSTRUMENTS_MAX) {
    throw new BadInstruments(`${path}: expected a JSON array of 1 to ${INSTRUMENTS_MAX} instruments`)
  }
  for (const [index, row] of rows.entries()) {
    for (const field of ['symbol', 'base', 'quote', 'tickSize', 'lotSize']) {
      if (typeof row?.[field] !== 'string')
        throw new BadInstruments(`${path}: instrument ${index + 1}: ${field} must be text`)
    }
  }
  return rows
}

/** Turns text into instruments by symbol. Throws {@link BadInstruments}. */
export function instrumentsBySymbol(rows: readonly InstrumentText[]): Map<string, Instrument> {
  const instruments = new Map<string, Instrument>()
  for (const row of rows) {
    if (instruments.has(row.symbol)) throw new BadInstruments(`${row.symbol} is listed twice`)
    try {
      instruments.set(row.symbol, parseInstrument(row))
    } catch (cause) {
      throw new BadInstruments(`${row.symbol}: ${(cause as Error).message}`, { cause })
    }
  }
  return instruments
}

/**
 * The instruments a data directory trades: those it has, and those `wanted` adds; `fallback` where
 * there are neither. Throws {@link BadInstruments} when `wanted` changes one.
 */
export function settleInstruments(
  directory: string,
  wanted: readonly InstrumentText[] | undefined,
  fallback: readonly InstrumentText[],
): InstrumentText[] {
  const path = join(directory, 'instruments.json')
  const present = existsSync(path) ? readInstruments(path) : []
  const settled = new Map(present.map((row) => [row.symbol, row]))
  for (const instrument of instrumentsBySymbol(wanted ?? (present.length > 0 ? [] : fallback)).values()) {
    const text = instrumentText(instrument)
    const before = settled.get(text.symbol)
    if (before !== undefined && (before.tickSize !== text.tickSize || before.lotSize !== text.lotSize)) {
      throw new BadInstruments(
        `${text.symbol} trades in ticks of ${before.tickSize} and lots of ${before.lotSize} in ${directory}; that cannot be changed`,
      )
    }
    settled.set(text.symbol, text)
  }
  const rows = [...settled.values()]
  writeFileSync(`${path}.part`, `${JSON.stringify(rows, null, 2)}\n`)
  renameSync(`${path}.part`, path)
  return rows
}
