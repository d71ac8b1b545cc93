/**
 * What a new exchange begins with. Terraform writes the instruments into one row; the first heartbeats send a
 * definition of each to its symbol's stream, and a second row then says that it is done. From then on the
 * exchange's own stream says what is traded, and the seed is not read again, whatever is written there.
 *
 * A heartbeat that fails on the way leaves the second row out, so that the next one sends the rest. A symbol
 * that is defined already refuses a second definition.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type InstrumentText, parseInstrument } from '../../protocol/instrument.ts'
import type { InstrumentDirectory } from '../../protocol/instrument-directory.ts'
import type { DefineInstrument } from '../../protocol/operator-commands.ts'
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

  /** Sends what is wanted and not there yet, unless that was done before. Throws RangeError for a bad seed. */
  async sow(
    directory: InstrumentDirectory,
    send: (definitions: readonly DefineInstrument[]) => Promise<void>,
    nowMs: number,
  ): Promise<void> {
    if (this.sent) return
    if ((await this.table.get(SENT)) === undefined) {
      const wanted = await this.table.get(WANTED)
      if (wanted === undefined) return
      const rows = JSON.parse(textOf(wanted, 'instruments')) as InstrumentText[]
      for (const row of rows) parseInstrument(row)
      const missing = rows.filter(({ symbol }) => !directory.has(symbol))
      await send(missing.map((row) => ({ kind: 'DefineInstrument', ...row })))
      await this.table.update(SENT, { sentAtMs: number(nowMs) }, 'attribute_not_exists(#sentAtMs)')
    }
    this.sent = true
  }
}

/** The row in which Terraform, or whoever starts a local exchange, says what is wanted. */
export const seedRow = (instruments: readonly InstrumentText[]) => ({
  ...WANTED,
  instruments: text(JSON.stringify(instruments)),
})
