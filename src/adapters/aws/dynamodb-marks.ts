/** The high-water mark of each symbol: up to where its events were published. It only moves forward. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Mark } from '../../ports/publisher.ts'
import { number, numberOf, text, textOf } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'

export class DynamoMarks {
  private readonly positions: DynamoTable

  constructor(client: DynamoDBClient, table: string) {
    this.positions = new DynamoTable(client, table)
  }

  /** A consistent read. undefined before the first publication. */
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

  /** Does not change a mark that is further ahead. */
  async advance(symbol: string, { position, eventNumber, tradeNumber }: Mark): Promise<void> {
    await this.positions.update(
      { symbol: text(symbol) },
      { position: text(position), eventNumber: number(eventNumber), tradeNumber: number(tradeNumber) },
      'attribute_not_exists(#position) OR #position < :position',
    )
  }
}
