/**
 * Keeps an exchange within its limit of instruments. Whoever puts commands into the stream asks here first, so that
 * the stream has no definition above the limit. The definitions that are under way count too: several may be
 * submitted before the first of them is applied.
 */

import type { Command } from '../command/commands.ts'
import { INSTRUMENTS_MAX } from '../limits.ts'

export class InstrumentLimit {
  private readonly instruments: ReadonlyMap<string, unknown>
  private readonly max: number
  /** The number of definitions under way, by symbol. */
  private readonly underWay = new Map<string, number>()

  /** `instruments` are those that are applied; they change in place. */
  constructor(instruments: ReadonlyMap<string, unknown>, max = INSTRUMENTS_MAX) {
    this.instruments = instruments
    this.max = max
  }

  /** Whether the command may enter the stream. If so, the caller calls {@link leave} when it is applied or lost. */
  enter(command: Command): boolean {
    if (command.kind !== 'DefineInstrument') return true
    const { symbol } = command
    const count = this.underWay.get(symbol) ?? 0
    if (count === 0 && !this.instruments.has(symbol) && this.size() >= this.max) return false
    this.underWay.set(symbol, count + 1)
    return true
  }

  leave(command: Command): void {
    if (command.kind !== 'DefineInstrument') return
    const count = this.underWay.get(command.symbol) ?? 0
    if (count > 1) this.underWay.set(command.symbol, count - 1)
    else this.underWay.delete(command.symbol)
  }

  private size(): number {
    let size = this.instruments.size
    for (const symbol of this.underWay.keys()) if (!this.instruments.has(symbol)) size++
    return size
  }
}
