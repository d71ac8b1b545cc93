/**
 * Refuses the commands to orders of a symbol whose matching waits for an operator. The followed directory of
 * instruments says so (dynamodb-symbol-states.ts), at most two seconds late. Commands of operators and the time of
 * the heartbeat still enter the stream: the matcher keeps them with the rest.
 */

import type { Failed } from '../../ports/order-entry.ts'
import type { Command } from '../../protocol/command/commands.ts'
import type { InstrumentDirectory } from '../../protocol/instrument/instrument-directory.ts'

export function suspensionOf(command: Command, directory: InstrumentDirectory): Failed | undefined {
  if (!('orderId' in command) || directory.get(command.symbol)?.suspended !== true) return undefined
  const message = `${command.symbol} is suspended until an operator has repaired its matching`
  return { kind: 'failed', code: 'symbol_suspended', message, retryable: true }
}
