/** What the rows of a symbol need of its instrument, and the instruments by the bytes of their symbols. */

import { invariant } from '../protocol/assert.ts'
import type { Instrument } from '../protocol/instrument/instrument.ts'
import type { Step } from '../protocol/units.ts'
import { NameTable } from './columns/name-table.ts'

export interface SymbolTerms {
  readonly tick: Step
  readonly lot: Step
}

const ascii = new TextEncoder()

export class TermsBySymbol {
  private readonly names = new NameTable()
  /** By the number of the symbol. */
  private readonly terms: SymbolTerms[] = []

  set({ symbol, tick, lot }: Instrument): void {
    const bytes = ascii.encode(symbol)
    this.terms[this.names.numberOf(bytes, 0, bytes.length)] = { tick, lot }
  }

  /** The terms of the symbol whose bytes are after their length at `at`. */
  get(bytes: Uint8Array, at: number): SymbolTerms {
    const end = at + 1 + bytes[at]
    const terms = this.terms[this.names.numberOf(bytes, at + 1, end)]
    invariant(terms !== undefined, 'the lake knows the instrument of each event')
    return terms
  }
}
