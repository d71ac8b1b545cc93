/**
 * The instruments of a new exchange. Terraform writes them into one row. The first heartbeats send a definition
 * of each to the stream of its symbol. A second row then records that this is done. Afterwards the stream alone
 * defines the instruments, and the seed is not read again.
 *
 * A heartbeat that fails does not write the second row, so that the next heartbeat sends the rest. A second
 * definition of a symbol is rejected.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { DefineInstrument } from '../../protocol/command/operator-commands.ts'
import { type InstrumentText, instrumentOf, parseInstrument } from '../../protocol/instrument/instrument.ts'
import type { InstrumentDirectory } from '../../protocol/instrument/instrument-directory.ts'
import { number, text, textOf } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'
import { TABLES } from './resources.ts'

const { partitionKey, sortKey } = TABLES.instruments
const rowOf = (name: string) => ({ [partitionKey.name]: text('seed'), [sortKey.name]: text(name) })
const WANTED = rowOf('wanted')
const SENT = rowOf('sent')

export class InstrumentSeed {
  private readonly table: DynamoTable
  private sent = false

  constructor(client: DynamoDBClient, table: string) {
    this.table = new DynamoTable(client, table)
  }

  /** Sends the definitions that are missing, unless the seed is done. Throws RangeError for a bad seed. */
  async sow(
    directory: InstrumentDirectory,
    send: (definitions: readonly DefineInstrument[]) => Promise<void>,
    nowMs: number,
  ): Promise<void> {
    if (this.sent) return
    if ((await this.table.get(SENT)) === undefined) {
      const wanted = await this.table.get(WANTED)
      if (wanted === undefined) return
      const rows = (JSON.parse(textOf(wanted, 'instruments')) as object[]).map(instrumentIn)
      const missing = rows.filter(({ symbol }) => !directory.has(symbol))
      await send(missing.map((row) => ({ kind: 'DefineInstrument', ...row })))
      await this.table.update(SENT, { sentAtMs: number(nowMs) }, 'attribute_not_exists(#sentAtMs)')
    }
    this.sent = true
  }
}

/** Terraform writes null for an absent bound. Throws RangeError for a bad instrument. */
function instrumentIn(row: object): InstrumentText {
  const present = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))
  parseInstrument(present as unknown as InstrumentText)
  return instrumentOf(present as unknown as InstrumentText)
}

/** The row in which Terraform, or the local stack, lists the instruments. */
export const seedRow = (instruments: readonly InstrumentText[]) => ({
  ...WANTED,
  instruments: text(JSON.stringify(instruments)),
})
