/**
 * Puts a symbol aside whose records cannot be matched now, so that the other symbols of its shard trade on. Its
 * records are kept first; then its state says so, under the condition that mark and state are what this process has
 * read. So no record is reported as done that is neither matched nor kept, whatever older processes do.
 */

import type { KeptRecords } from '../ports/kept-records.ts'
import type { Position } from '../ports/order-stream.ts'
import type { StoredMark } from '../ports/publisher.ts'
import type { RawRecord } from '../ports/record-stream.ts'
import type { SymbolState, SymbolStates } from '../ports/symbol-states.ts'

export interface ParkingPorts {
  readonly states: SymbolStates
  readonly kept: KeptRecords
}

export class Parking {
  readonly kept: KeptRecords
  private readonly states: SymbolStates
  private readonly nowMs: () => number
  /** Symbols whose orders this process has made order entry refuse. */
  private readonly suspended = new Set<string>()

  constructor({ states, kept }: ParkingPorts, nowMs: () => number) {
    this.states = states
    this.kept = kept
    this.nowMs = nowMs
  }

  /** Keeps the records of a symbol that has a state. Returns false if the state has ended meanwhile. */
  async keep(symbol: string, state: SymbolState, records: readonly RawRecord[]): Promise<boolean> {
    const more = records.filter(({ position }) => position > state.keptThrough)
    if (more.length > 0) {
      await this.kept.keep(symbol, more)
      if (!(await this.states.extend(symbol, more[more.length - 1].position))) return false
    }
    if (state.kind === 'parked') await this.suspend(symbol)
    return true
  }

  /**
   * Gives the symbol a state and keeps its records. `seen`: the mark as it was read. Returns false if it has changed.
   */
  async putAside(
    symbol: string,
    kind: SymbolState['kind'],
    reason: string,
    records: readonly RawRecord[],
    seen: StoredMark | undefined,
  ): Promise<boolean> {
    const published = seen?.position ?? ''
    const known = seen?.state
    const more = records.filter(({ position }) => position > published && position > (known?.keptThrough ?? ''))
    if (more.length > 0) await this.kept.keep(symbol, more)
    const last = more.at(-1)?.position ?? known?.keptThrough ?? published
    const position: Position = known?.position ?? more[0]?.position ?? published
    const state = { kind, reason: reason.slice(0, 1_000), position, sinceMs: this.nowMs(), keptThrough: last }
    if (!(await this.states.enter(symbol, state, seen))) return false
    // Another process may have ended an earlier state, and made order entry accept orders again.
    if (known === undefined) this.suspended.delete(symbol)
    if (kind === 'parked') await this.suspend(symbol)
    return true
  }

  /**
   * Ends the state of a symbol of which everything up to `through` is published. Returns false if more was kept. Its
   * orders are accepted again before, so that a crash between the two leaves no healthy symbol suspended.
   */
  async release(symbol: string, through: Position): Promise<boolean> {
    await this.accept(symbol)
    if (!(await this.states.leave(symbol, through))) return false
    await this.kept.forget(symbol, through)
    return true
  }

  /**
   * Makes order entry refuse the orders of the symbol. Each process repeats this once, because the process that put the
   * symbol aside may have died before. Returns whether it was done now.
   */
  async suspend(symbol: string): Promise<boolean> {
    if (this.suspended.has(symbol)) return false
    await this.states.suspend(symbol, true)
    this.suspended.add(symbol)
    return true
  }

  async accept(symbol: string): Promise<void> {
    await this.states.suspend(symbol, false)
    this.suspended.delete(symbol)
  }
}
