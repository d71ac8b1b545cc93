/**
 * The list keys of an account's orders, newest first, merged from the partitions over which the rows of its
 * requests are spread. A partition is read one page at a time, and only when its next row is needed.
 */

import { type Item, text, textOf } from './dynamodb-items.ts'
import type { DynamoTable } from './dynamodb-table.ts'
import { SHARDS_PER_KEY, TABLES } from './resources.ts'

export interface ListPlace {
  readonly listKey: string
  /** Index of the order in its request, from 0. */
  readonly index: number
  readonly orderId: string
}

/** Rows of one partition that are read together. */
const ROWS_PER_READ = 50

/** Every entry older than `before`, newest first: by request, within a request from its last order. */
export async function* listedNewestFirst(
  lists: DynamoTable,
  account: string,
  before: ListPlace | undefined,
): AsyncGenerator<ListPlace> {
  const shards = Array.from({ length: SHARDS_PER_KEY }, (_, n) => rowsOf(lists, `${account}#${n}`, before?.listKey))
  const heads = await Promise.all(shards.map((shard) => shard.next()))
  for (;;) {
    let newest = -1
    for (let n = 0; n < heads.length; n++) {
      const { done, value } = heads[n]
      if (done !== true && (newest < 0 || textOf(value, 'listKey') > textOf(heads[newest].value as Item, 'listKey')))
        newest = n
    }
    if (newest < 0) return
    yield* placesOf(heads[newest].value as Item, before)
    heads[newest] = await shards[newest].next()
  }
}

async function* rowsOf(lists: DynamoTable, shard: string, upTo: string | undefined): AsyncGenerator<Item, undefined> {
  const { partitionKey, sortKey } = TABLES.orderLists
  let start: Item | undefined
  do {
    const { items, next } = await lists.query({
      KeyConditionExpression: `${partitionKey.name} = :shard${upTo === undefined ? '' : ` AND ${sortKey.name} <= :upTo`}`,
      ExpressionAttributeValues: { ':shard': text(shard), ...(upTo !== undefined && { ':upTo': text(upTo) }) },
      ScanIndexForward: false,
      Limit: ROWS_PER_READ,
      ...(start !== undefined && { ExclusiveStartKey: start }),
    })
    yield* items
    start = next
  } while (start !== undefined)
  return undefined
}

/** An order that a retry has listed twice keeps its first entry. */
function* placesOf(row: Item, before: ListPlace | undefined): Generator<ListPlace> {
  const listKey = textOf(row, 'listKey')
  const orderIds = (row.orderIds?.L ?? []).map((value) => value.S ?? '')
  for (let index = orderIds.length - 1; index >= 0; index--) {
    if (before !== undefined && listKey === before.listKey && index >= before.index) continue
    if (orderIds.indexOf(orderIds[index]) === index) yield { listKey, index, orderId: orderIds[index] }
  }
}
