/**
 * The instruments of an exchange, with their phases and price bands, as a fold of events. Each process that
 * needs the instruments has one. It begins with a list and follows the events that concern symbols.
 */

import type { TradingPhase } from '../command/trading-phases.ts'
import type { EventCursor, EventFold } from '../event/event-cursor.ts'
import type { OrderEventKind } from '../event/event-kinds.ts'
import type { Ticks } from '../units.ts'
import { type Instrument, type InstrumentText, parseInstrument } from './instrument.ts'

/** The present state of an instrument. Plain data, so that it can be sent between threads. */
export interface ListedInstrument extends Instrument {
  readonly text: InstrumentText
  readonly phase: TradingPhase
  /** A closed instrument accepts no orders until it is defined again. */
  readonly closed: boolean
  /** null without a bound. */
  readonly bandLow: Ticks | null
  readonly bandHigh: Ticks | null
  /** Version of the rules that the symbol follows. */
  readonly rules: number
  /** Its matching waits for an operator, so order entry refuses its orders. */
  readonly suspended?: true
}

/** An instrument just after its definition. */
export const newlyListed = (text: InstrumentText, rules: number): ListedInstrument => ({
  ...parseInstrument(text),
  text,
  phase: 'CONTINUOUS',
  closed: false,
  bandLow: null,
  bandHigh: null,
  rules,
})

export interface ListedInstruments extends ReadonlyMap<string, ListedInstrument> {
  /** Another number than before: something has changed. */
  readonly changes: number
}

/** Finds an instrument by its symbol; iterates in the order in which they were defined. */
export class InstrumentDirectory extends Map<string, ListedInstrument> implements EventFold, ListedInstruments {
  changes = 0

  override set(symbol: string, instrument: ListedInstrument): this {
    this.changes++
    return super.set(symbol, instrument)
  }

  override delete(symbol: string): boolean {
    this.changes++
    return super.delete(symbol)
  }

  override clear(): void {
    this.changes++
    super.clear()
  }

  /** Applies an event that concerns a symbol. Other events change nothing. */
  take(event: EventCursor): void {
    const before = this.get(event.symbol)
    switch (event.kind) {
      case 'InstrumentDefined':
      case 'InstrumentChanged':
        if (event.instrument === undefined) return
        this.set(event.symbol, {
          // The event has all terms, so a bound that it does not have does not exist.
          ...newlyListed(event.instrument, event.rules),
          ...(before !== undefined && { bandLow: before.bandLow, bandHigh: before.bandHigh, rules: before.rules }),
          ...(before !== undefined && event.kind === 'InstrumentChanged' && { phase: before.phase }),
        })
        return
      case 'InstrumentClosed':
        if (before !== undefined) this.set(event.symbol, { ...before, phase: 'CLOSED', closed: true })
        return
      case 'PhaseChanged':
        if (before !== undefined) this.set(event.symbol, { ...before, phase: event.phase as TradingPhase })
        return
      case 'PriceBandSet': {
        if (before === undefined) return
        const bandLow = event.bandLow === 0 ? null : (event.bandLow as Ticks)
        const bandHigh = event.bandHigh === 0 ? null : (event.bandHigh as Ticks)
        this.set(event.symbol, { ...before, bandLow, bandHigh })
        return
      }
      case 'RulesAdopted':
        if (before !== undefined) this.set(event.symbol, { ...before, rules: event.rules })
        return
      default:
        event.kind satisfies OrderEventKind | 'ControlRejected'
    }
  }
}
