/** An exchange whose instruments are defined already, without events, for tests of what follows. */

import { OrderBook } from '../../src/engine/order-book.ts'
import { SymbolMatcher } from '../../src/matcher/symbol-matcher.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { ExchangeState } from '../../src/recovery/exchange-state.ts'

export function definedState(symbols = DEMO_INSTRUMENTS.map(({ symbol }) => symbol)): ExchangeState {
  const state = new ExchangeState()
  const { matcher } = state
  for (const instrument of DEMO_INSTRUMENTS) {
    if (!symbols.includes(instrument.symbol)) continue
    const symbol = new SymbolMatcher(instrument.symbol, new OrderBook(), matcher.index)
    symbol.instrument = instrument
    matcher.addSymbol(symbol)
  }
  return state
}
