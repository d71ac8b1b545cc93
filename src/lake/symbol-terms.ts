/** What the rows of a symbol need of its instrument, by symbol. */

import { invariant } from '../protocol/assert.ts'
import type { Instrument } from '../protocol/instrument/instrument.ts'
import type { Step } from '../protocol/units.ts'
import { NameTable } from './columns/name-table.ts'

export interface SymbolTerms {
  /** The number of the symbol in the table of names. */
  readonly number: number
  readonly tick: Step
  readonly lot: Step
}

const ascii = new TextEncoder()

export class TermsBySymbol {
  readonly names = new NameTable()
  private readonly terms = new Map<string, SymbolTerms>()
  private latest: SymbolTerms | undefined
  private latestSymbol = ''

  set({ symbol, tick, lot }: Instrument): void {
    this.latest = undefined
    const { buffer, byteOffset, byteLength } = ascii.encode(symbol)
    const number = this.names.numberOf(new DataView(buffer, byteOffset, byteLength), 0, byteLength)
    this.terms.set(symbol, { number, tick, lot })
  }

  get(symbol: string): SymbolTerms {
    // Successive events mostly have the same symbol.
    if (this.latest !== undefined && this.latestSymbol === symbol) return this.latest
    const terms = this.terms.get(symbol)
    invariant(terms !== undefined, 'the lake knows the instrument of each event')
    this.latest = terms
    this.latestSymbol = symbol
    return terms
  }
}
