/** Counts what calls of the production code are billed for: capacity units, records of streams, bytes of rows. */

import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { KinesisClient } from '@aws-sdk/client-kinesis'
import { LAKE_UNIT_BYTES } from '../../scripts/order-cost.mjs'
import { watchCalls } from './watched-calls.ts'

/** All clients that count add to these. */
export const counted = {
  writeUnits: 0,
  readUnits: 0,
  cursorWrites: 0,
  cursorReads: 0,
  putUnits: 0,
  putRecords: 0,
  putBytes: 0,
  lakeUnits: 0,
  lakeBytes: 0,
  commandUnits: 0,
  marketWrites: 0,
  marketReads: 0,
}

/** What the function that reads the events uses is counted apart. */
export function countCapacity(client: DynamoDBClient, isOfMarket = false): void {
  watchCalls(client, {
    sent: (operation, input) => {
      Object.assign(input, { ReturnConsumedCapacity: 'TOTAL' })
      // The row of a shard is smaller than a unit.
      const { symbol } = (input.Key ?? {}) as { symbol?: AttributeValue }
      if (symbol?.S?.startsWith('shard/')) counted[operation === 'GetItem' ? 'cursorReads' : 'cursorWrites']++
    },
    answered(operation, answer, statusCode) {
      const { ConsumedCapacity } = answer as {
        ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[]
      }
      const units = [ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)
      const isRead = /^(Get|BatchGet|Query|Scan)/.test(operation)
      // A condition that does not hold is billed too.
      const reads = isOfMarket ? 'marketReads' : 'readUnits'
      const writes = isOfMarket ? 'marketWrites' : 'writeUnits'
      // A query that finds nothing is billed too: the emulator reports no unit.
      const isEmptyQuery = isOfMarket && operation === 'Query' && units === 0
      counted[isRead ? reads : writes] += statusCode === 200 && !isEmptyQuery ? units : 1
    },
  })
}

/** The commands are stored as they are; events and trades become rows of the lake. */
export function countRecords(client: KinesisClient, ordersStream: string): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === 'PutRecordCommand') {
        const { Data, StreamName } = args.input as { Data: Uint8Array; StreamName: string }
        const units = Math.ceil(Data.length / LAKE_UNIT_BYTES)
        if (StreamName === ordersStream) counted.commandUnits += units
        else {
          counted.lakeUnits += units
          counted.lakeBytes += Data.length
        }
        counted.putRecords++
        counted.putBytes += Data.length
        counted.putUnits += Math.ceil(Data.length / 25_600)
      }
      return next(args)
    },
    { step: 'initialize' },
  )
}

/** Names and values, and 100 bytes for the index of an item. A number takes a byte for two digits, and one more. */
export function itemBytes(item: Record<string, AttributeValue>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + name.length + valueBytes(value), 100)
}

function valueBytes({ S, N, L, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S)
  if (N !== undefined) return Math.ceil(N.length / 2) + 1
  if (L !== undefined) return 3 + L.reduce((sum, each) => sum + 1 + valueBytes(each), 0)
  if (M !== undefined) return 3 + Object.entries(M).reduce((sum, [name, v]) => sum + 1 + name.length + valueBytes(v), 0)
  return 1
}
