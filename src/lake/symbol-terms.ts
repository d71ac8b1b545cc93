/** What the rows of a symbol need of its instrument, and the instruments by the bytes of their symbols. */

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
  /** By the number of the symbol. */
  private readonly terms: SymbolTerms[] = []
  private latest: SymbolTerms | undefined

  set({ symbol, tick, lot }: Instrument): void {
    this.latest = undefined
    const { buffer, byteOffset, byteLength } = ascii.encode(symbol)
    const number = this.names.numberOf(new DataView(buffer, byteOffset, byteLength), 0, byteLength)
    this.terms[number] = { number, tick, lot }
  }

  /** The terms of the symbol whose bytes are after their length at `at`. */
  get(view: DataView, at: number): SymbolTerms {
    const end = at + 1 + view.getUint8(at)
    const { latest } = this
    // Successive events mostly have the same symbol.
    if (latest !== undefined && this.names.isName(latest.number, view, at + 1, end)) return latest
    const terms = this.terms[this.names.numberOf(view, at + 1, end)]
    invariant(terms !== undefined, 'the lake knows the instrument of each event')
    this.latest = terms
    return terms
  }
}
