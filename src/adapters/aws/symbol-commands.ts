/**
 * Translates commands for a stream that is partitioned by symbol. A command to an account or to the venue
 * becomes one command for each symbol that it concerns. The definition of a new symbol is sent with the rules
 * of the exchange, because the records of a symbol start at rules 1.
 */

import type { CancelAllOrders, Command, SymbolCommand } from '../../protocol/command/commands.ts'
import { type AdoptRules, operatorNoteOf } from '../../protocol/command/operator-commands.ts'
import type { InstrumentDirectory } from '../../protocol/instrument/instrument-directory.ts'
import { RULES_FIRST, RULES_NEWEST } from '../../protocol/versions.ts'

export function symbolCommandsOf(command: Command, directory: InstrumentDirectory): readonly SymbolCommand[] {
  if (command.symbol === undefined) return ofEverySymbol(command as CancelAllOrders | AdoptRules, directory)
  const addressed = command as SymbolCommand
  if (command.kind !== 'DefineInstrument' || directory.has(command.symbol)) return [addressed]
  const rules = rulesOf(directory)
  if (rules === RULES_FIRST) return [addressed]
  return [addressed, { kind: 'AdoptRules', symbol: command.symbol, rules, ...operatorNoteOf(command) }]
}

/**
 * The symbols in which an account has open orders are not known without a read of all its orders. So its
 * CancelAllOrders goes to every symbol that is not closed. Closed ones have no orders, but they can be reopened
 * and must follow the same rules. A symbol does not get rules that it already follows.
 */
function ofEverySymbol(command: CancelAllOrders | AdoptRules, directory: InstrumentDirectory): SymbolCommand[] {
  return [...directory.values()]
    .filter(({ closed, rules }) => (command.kind === 'AdoptRules' ? rules < command.rules : !closed))
    .map(({ symbol }) => ({ ...command, symbol }))
}

/** The rules of a new symbol: the newest rules that any symbol follows, or on a new exchange the newest of all. */
function rulesOf(directory: InstrumentDirectory): number {
  if (directory.size === 0) return RULES_NEWEST
  return Math.max(...[...directory.values()].map(({ rules }) => rules))
}
