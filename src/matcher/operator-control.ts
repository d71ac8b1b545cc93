/**
 * Applies the commands of operators to one symbol: its phase, band and rules in the book, and its instrument. A
 * closed instrument rejects every command except DefineInstrument and AdoptRules.
 */

import { adoptRules, changePhase, closeInstrument, rejectControl, reopen, setBand } from '../engine/book-control.ts'
import { INSTRUMENT_CHANGED, INSTRUMENT_DEFINED } from '../engine/event-buffer.ts'
import type { OrderBook } from '../engine/order-book.ts'
import { INSTRUMENT_CLOSED_REASON, INSTRUMENT_EXISTS, MIN_QUANTITY_ABOVE_MAX } from '../engine/reasons.ts'
import type { ChangeInstrument, DefineInstrument, OperatorCommand } from '../protocol/command/operator-commands.ts'
import { PHASES } from '../protocol/command/trading-phases.ts'
import { boundsCross, changedInstrument, type InstrumentText, instrumentOf } from '../protocol/instrument/instrument.ts'
import { PRICE_TICKS_MAX } from '../protocol/limits.ts'

/** The parts of a symbol that operators change. */
export interface ControlledSymbol {
  readonly book: OrderBook
  instrument: InstrumentText | undefined
  instrumentClosed: boolean
}

export function control(symbol: ControlledSymbol, command: OperatorCommand): void {
  const { book } = symbol
  if (command.kind === 'AdoptRules') adoptRules(book, command.rules)
  else if (command.kind === 'DefineInstrument') define(symbol, command)
  else if (symbol.instrumentClosed) rejectControl(book, INSTRUMENT_CLOSED_REASON)
  else {
    switch (command.kind) {
      case 'ChangePhase':
        changePhase(book, PHASES.indexOf(command.phase))
        break
      case 'SetPriceBand':
        setBand(book, command.low ?? 1, command.high ?? PRICE_TICKS_MAX)
        break
      case 'ChangeInstrument':
        changeInstrument(symbol, command)
        break
      case 'CloseInstrument':
        symbol.instrumentClosed = true
        closeInstrument(book)
        break
    }
  }
}

/** The price band stays as it is when a closed instrument is defined again. */
function define(symbol: ControlledSymbol, command: DefineInstrument): void {
  const { book, instrument } = symbol
  const wanted = instrumentOf(command)
  if (instrument !== undefined) {
    const sameSteps = instrument.tickSize === wanted.tickSize && instrument.lotSize === wanted.lotSize
    if (!symbol.instrumentClosed || !sameSteps) {
      rejectControl(book, INSTRUMENT_EXISTS)
      return
    }
  }
  symbol.instrument = wanted
  book.events.emit(INSTRUMENT_DEFINED, 0, 0, 0, 0, book.sequence)
  if (symbol.instrumentClosed) reopen(book)
  symbol.instrumentClosed = false
}

function changeInstrument(symbol: ControlledSymbol, command: ChangeInstrument): void {
  const { book } = symbol
  const changed = changedInstrument(symbol.instrument as InstrumentText, command)
  if (boundsCross(changed)) {
    rejectControl(book, MIN_QUANTITY_ABOVE_MAX)
    return
  }
  symbol.instrument = changed
  book.events.emit(INSTRUMENT_CHANGED, 0, 0, 0, 0, book.sequence)
}
