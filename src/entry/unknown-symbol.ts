/** The rejection of an unknown symbol. Its detail lists symbols that exist. */

import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import { SYMBOLS_NAMED_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { EntryRejection } from './entry-codes.ts'
import { quoted } from './quoted.ts'

export function unknownSymbol(symbol: string, instruments: ReadonlyMap<string, ListedInstrument>): EntryRejection {
  const names = [...instruments.values()].filter(({ closed }) => !closed).map((each) => each.symbol)
  const some = names.slice(0, SYMBOLS_NAMED_MAX).join(', ')
  const list = names.length > SYMBOLS_NAMED_MAX ? `${some} and others` : some
  return new Rejection('unknown_symbol', `There is no instrument ${quoted(symbol)}. Instruments are ${list}.`, 'symbol')
}
