/** The mark of each symbol: up to where its events have been published. It only ever goes forward. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Mark } from '../../ports/publisher.ts'
import { number, numberOf, text, textOf } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'

export class DynamoMarks {
  private readonly positions: DynamoTable

  constructor(client: DynamoDBClient, table: string) {
    this.positions = new DynamoTable(client, table)
  }

  /** Read consistently; undefined before the first. */
  async mark(symbol: string): Promise<Mark | undefined> {
    const item = await this.positions.get({ symbol: text(symbol) })
    return item === undefined
      ? undefined
      : {
          position: textOf(item, 'position'),
          eventNumber: numberOf(item, 'eventNumber'),
          tradeNumber: numberOf(item, 'tradeNumber'),
        }
  }

  /** Leaves a mark that stands further as it is. */
  async advance(symbol: string, { position, eventNumber, tradeNumber }: Mark): Promise<void> {
    await this.positions.update(
      { symbol: text(symbol) },
      { position: text(position), eventNumber: number(eventNumber), tradeNumber: number(tradeNumber) },
      'attribute_not_exists(#position) OR #position < :position',
    )
  }
}
