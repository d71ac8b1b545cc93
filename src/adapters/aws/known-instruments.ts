/**
 * The instruments of the lake's rows: only their steps count, which never change. So they are read once, and again when
 * a record has a symbol that is not known. The matcher writes the row of an instrument before the events that follow.
 */

import type { Instrument } from '../../protocol/instrument/instrument.ts'
import type { DynamoInstruments } from './dynamodb-instruments.ts'

export class KnownInstruments {
  private readonly source: Pick<DynamoInstruments, 'all'>
  private readonly known = new Map<string, Instrument>()

  constructor(source: Pick<DynamoInstruments, 'all'>) {
    this.source = source
  }

  get(symbol: string): Instrument | undefined {
    return this.known.get(symbol)
  }

  /** Reads the table if it may have one of the symbols. Throws OperationalFailure or UnknownVersion. */
  async find(symbols: Iterable<string>): Promise<void> {
    if ([...symbols].every((symbol) => this.known.has(symbol))) return
    for (const instrument of await this.source.all()) this.known.set(instrument.symbol, instrument)
  }
}
