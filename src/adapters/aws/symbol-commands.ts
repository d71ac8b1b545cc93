/**
 * What a command becomes in a stream that is partitioned by symbol. A command of an account or of the venue
 * becomes one for each symbol that it concerns. A definition of a new symbol brings the rules of the exchange
 * with it, because the records of a symbol begin at rules 1.
 */

import type { CancelAllOrders, Command, SymbolCommand } from '../../protocol/commands.ts'
import type { InstrumentDirectory } from '../../protocol/instrument-directory.ts'
import { type AdoptRules, operatorNoteOf } from '../../protocol/operator-commands.ts'
import { RULES_NEWEST, RULES_OLDEST } from '../../protocol/versions.ts'

export function symbolCommandsOf(command: Command, directory: InstrumentDirectory): readonly SymbolCommand[] {
  if (command.symbol === undefined) return ofEverySymbol(command as CancelAllOrders | AdoptRules, directory)
  const addressed = command as SymbolCommand
  if (command.kind !== 'DefineInstrument' || directory.has(command.symbol)) return [addressed]
  const rules = rulesOf(directory)
  if (rules === RULES_OLDEST) return [addressed]
  return [addressed, { kind: 'AdoptRules', symbol: command.symbol, rules, ...operatorNoteOf(command) }]
}

/**
 * In which symbols an account has open orders is not known without reading all its orders: so its
 * CancelAllOrders goes to every symbol that is not closed. Closed ones have no orders, but they can be reopened
 * and must follow the same rules. Rules that a symbol follows already it does not get again.
 */
function ofEverySymbol(command: CancelAllOrders | AdoptRules, directory: InstrumentDirectory): SymbolCommand[] {
  return [...directory.values()]
    .filter(({ closed, rules }) => (command.kind === 'AdoptRules' ? rules < command.rules : !closed))
    .map(({ symbol }) => ({ ...command, symbol }))
}

/** What a new symbol follows: the newest of the rules that any symbol follows; on a new exchange the newest. */
function rulesOf(directory: InstrumentDirectory): number {
  if (directory.size === 0) return RULES_NEWEST
  return Math.max(...[...directory.values()].map(({ rules }) => rules))
}
