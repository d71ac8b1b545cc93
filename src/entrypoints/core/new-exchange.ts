/** The first commands of a new exchange: the newest rules, and the definitions of its instruments. */

import type { Exchange } from '../../exchange.ts'
import { encodeCommand } from '../../protocol/command/codec.ts'
import type { Command } from '../../protocol/command/commands.ts'
import type { InstrumentText } from '../../protocol/instrument/instrument.ts'
import { RULES_NEWEST } from '../../protocol/versions.ts'

export async function seed(exchange: Exchange, instruments: readonly InstrumentText[]): Promise<void> {
  const commands: Command[] = [
    { kind: 'AdoptRules', rules: RULES_NEWEST },
    ...instruments.map((instrument) => ({ kind: 'DefineInstrument', ...instrument }) as const),
  ]
  const lines = commands.map((command) => `${encodeCommand(command, undefined)}\n`).join('')
  await exchange.submit(commands, Buffer.from(lines), [])
}
