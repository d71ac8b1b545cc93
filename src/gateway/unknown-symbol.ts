/** The answer to a symbol that nobody trades here: it tells which ones are traded. */

import type { Instruments } from '../protocol/codec.ts'
import { Problem } from './problems.ts'
import { quoted } from './shape.ts'

const NAMED_MAX = 8

export function unknownSymbol(symbol: string, instruments: Instruments): Problem {
  const names = [...instruments.keys()]
  const some = names.slice(0, NAMED_MAX).join(', ')
  const list = names.length > NAMED_MAX ? `${some} and others: GET /instruments` : some
  return new Problem('unknown_symbol', `There is no instrument ${quoted(symbol)}; there are ${list}.`, 'symbol')
}
