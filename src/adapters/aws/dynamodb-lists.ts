/**
 * The list keys of an account's orders, by time, merged from the partitions over which the rows of its
 * requests are spread. A partition is read one page at a time, and only when its next row is needed.
 */

import type { Sort, TimeRange } from '../../ports/list-range.ts'
import { type Item, text, textOf } from './dynamodb-items.ts'
import type { DynamoTable } from './dynamodb-table.ts'
import { SHARDS_PER_KEY, TABLES } from './resources.ts'

export interface ListPlace {
  readonly listKey: string
  /** Index of the order in its request, from 0. */
  readonly index: number
  readonly orderId: string
}

/** The time at the beginning of a list key. Newer keys are greater. */
export const listTime = (timeMs: number): string => String(timeMs).padStart(15, '0')
const LIST_TIME_MAX = 999_999_999_999_999

/** Rows of one partition that are read together. */
const ROWS_PER_READ = 50

/** Where a list begins and which of its times it has. */
export interface ListRange extends TimeRange {
  readonly sort?: Sort
  /** The entry after which it begins, in its direction. */
  readonly after: ListPlace | undefined
}

/** Entries of an account in the direction of the range: by request, and by order within a request. */
export async function* listed(lists: DynamoTable, account: string, range: ListRange): AsyncGenerator<ListPlace> {
  const shards = Array.from({ length: SHARDS_PER_KEY }, (_, n) => rowsOf(lists, `${account}#${n}`, range))
  const heads = await Promise.all(shards.map((shard) => shard.next()))
  const isEarlier = (a: Item, b: Item) =>
    range.sort === 'asc' ? textOf(a, 'listKey') < textOf(b, 'listKey') : textOf(a, 'listKey') > textOf(b, 'listKey')
  for (;;) {
    let next = -1
    for (let n = 0; n < heads.length; n++) {
      const { done, value } = heads[n]
      if (done !== true && (next < 0 || isEarlier(value, heads[next].value as Item))) next = n
    }
    if (next < 0) return
    yield* placesOf(heads[next].value as Item, range)
    heads[next] = await shards[next].next()
  }
}

async function* rowsOf(lists: DynamoTable, shard: string, range: ListRange): AsyncGenerator<Item, undefined> {
  const { partitionKey, sortKey } = TABLES.orderLists
  const [low, high] = keysOf(range)
  let start: Item | undefined
  do {
    const { items, next } = await lists.query({
      KeyConditionExpression: `${partitionKey.name} = :shard AND ${sortKey.name} BETWEEN :low AND :high`,
      ExpressionAttributeValues: { ':shard': text(shard), ':low': text(low), ':high': text(high) },
      ScanIndexForward: range.sort === 'asc',
      Limit: ROWS_PER_READ,
      ...(start !== undefined && { ExclusiveStartKey: start }),
    })
    yield* items
    start = next
  } while (start !== undefined)
  return undefined
}

/** The first and the last key that a range may have. A key begins with its time, in digits of a fixed number. */
function keysOf({ sort, after, fromMs = 0, toMs = LIST_TIME_MAX }: ListRange): [low: string, high: string] {
  const low = listTime(fromMs)
  // '#' follows the time, so that the time alone is before all keys of it.
  const high = listTime(toMs)
  if (after === undefined) return [low, high]
  const keys = [low, high, after.listKey].sort()
  // The place of a page is not outside its own range, so it is the middle one, or an end.
  return sort === 'asc' ? [keys[1], high] : [low, keys[1]]
}

/** An order that a retry has listed twice keeps its first entry. */
function* placesOf(row: Item, { sort, after }: ListRange): Generator<ListPlace> {
  const listKey = textOf(row, 'listKey')
  const orderIds = (row.orderIds?.L ?? []).map((value) => value.S ?? '')
  for (let i = 0; i < orderIds.length; i++) {
    const index = sort === 'asc' ? i : orderIds.length - 1 - i
    const isBehind = sort === 'asc' ? index <= (after?.index ?? -1) : index >= (after?.index ?? orderIds.length)
    if (listKey === after?.listKey && isBehind) continue
    if (orderIds.indexOf(orderIds[index]) === index) yield { listKey, index, orderId: orderIds[index] }
  }
}
