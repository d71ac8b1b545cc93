/** The answer to a symbol that nobody trades here: it tells which ones are traded. */

import type { Instruments } from '../protocol/codec.ts'
import { SYMBOLS_NAMED_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { EntryRejection } from './entry-codes.ts'
import { quoted } from './quoted.ts'

export function unknownSymbol(symbol: string, instruments: Instruments): EntryRejection {
  const names = [...instruments.keys()]
  const some = names.slice(0, SYMBOLS_NAMED_MAX).join(', ')
  const list = names.length > SYMBOLS_NAMED_MAX ? `${some} and others` : some
  return new Rejection('unknown_symbol', `There is no instrument ${quoted(symbol)}; there are ${list}.`, 'symbol')
}
