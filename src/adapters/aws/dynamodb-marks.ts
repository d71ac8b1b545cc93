/**
 * The high-water mark of each symbol: up to where its events were published. It only moves forward. The row also has
 * the schedule of the symbol at its mark, its state if it is not healthy, and the position of its newest snapshot
 * (dynamodb-symbol-states.ts), so that one read returns all of it.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BEGINNING } from '../../ports/order-stream.ts'
import type { Mark, Schedule, StoredMark } from '../../ports/publisher.ts'
import type { SymbolState } from '../../ports/symbol-states.ts'
import { type Item, number, numberOf, text, textOf } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'

export class DynamoMarks {
  private readonly positions: DynamoTable

  constructor(client: DynamoDBClient, table: string) {
    this.positions = new DynamoTable(client, table)
  }

  /** A consistent read. undefined before the first publication. */
  async mark(symbol: string): Promise<StoredMark | undefined> {
    const item = await this.positions.get({ symbol: text(symbol) })
    return item === undefined ? undefined : markIn(item)
  }

  /** The rows of many symbols. Symbols without a row are absent. Unless consistent, a row may be a moment old. */
  async marks(symbols: readonly string[], isConsistent = true): Promise<Map<string, StoredMark>> {
    const keys = symbols.map((symbol) => ({ symbol: text(symbol) }))
    const items = await this.positions.getAll(keys, isConsistent)
    return new Map(items.map((item) => [textOf(item, 'symbol'), markIn(item)]))
  }

  /** Notes that a reader found the book lost, so that the heartbeat sends a record. Changes no symbol without a mark. */
  async want(symbol: string, nowMs: number): Promise<void> {
    await this.positions.update({ symbol: text(symbol) }, { [WANTED]: number(nowMs) }, 'attribute_exists(eventNumber)')
  }

  /** Does not change a mark that is further ahead. */
  async advance(symbol: string, { position, eventNumber, tradeNumber }: Mark, schedule: Schedule): Promise<void> {
    const mark = { position: text(position), eventNumber: number(eventNumber), tradeNumber: number(tradeNumber) }
    await this.positions.update(
      { symbol: text(symbol) },
      { ...mark, ...scheduleItem(schedule, eventNumber) },
      'attribute_not_exists(#position) OR #position < :position',
    )
  }
}

const NOTHING = { NULL: true } as const
/** The only attribute that readers may write. */
const WANTED = 'wantedAtMs'

/** What is absent is written as null, so that an older value does not stay. */
const scheduleItem = ({ recordAtMs, nextExpiryMs, shardId }: Schedule, eventNumber: number): Item => ({
  recordAtMs: number(recordAtMs),
  nextExpiryMs: nextExpiryMs === undefined ? NOTHING : number(nextExpiryMs),
  shardId: shardId === undefined ? NOTHING : text(shardId),
  scheduledEvent: number(eventNumber),
})

/**
 * A program without schedules moves the mark and leaves the schedule. If it had no event since, no expiry has changed.
 * Otherwise the schedule is not known.
 */
function scheduleIn(item: Item): Schedule | undefined {
  const { scheduledEvent, eventNumber, nextExpiryMs, shardId } = item
  if (scheduledEvent?.N === undefined || Number(scheduledEvent.N) !== Number(eventNumber?.N)) return undefined
  return {
    recordAtMs: numberOf(item, 'recordAtMs'),
    ...(nextExpiryMs?.N !== undefined && { nextExpiryMs: Number(nextExpiryMs.N) }),
    ...(shardId?.S !== undefined && { shardId: shardId.S }),
  }
}

/** The row of a symbol. */
export function markIn(item: Item): StoredMark {
  const schedule = scheduleIn(item)
  // A symbol that was put aside at its first record has a state and no position.
  const isPublished = item.position !== undefined
  return {
    position: isPublished ? textOf(item, 'position') : BEGINNING,
    eventNumber: isPublished ? numberOf(item, 'eventNumber') : 0,
    tradeNumber: isPublished ? numberOf(item, 'tradeNumber') : 0,
    ...(schedule !== undefined && { schedule }),
    ...(item[WANTED] !== undefined && { wantedAtMs: numberOf(item, WANTED) }),
    ...(item.state !== undefined && { state: stateIn(item) }),
    ...(item.snapshotPosition !== undefined && {
      snapshot: { position: textOf(item, 'snapshotPosition'), shardBytes: numberOf(item, 'snapshotShardBytes') },
    }),
    ...(item.acceptedLoss !== undefined && { acceptedLoss: textOf(item, 'acceptedLoss') }),
  }
}

const stateIn = (item: Item): SymbolState => ({
  kind: textOf(item, 'state') as SymbolState['kind'],
  reason: textOf(item, 'stateReason'),
  position: textOf(item, 'statePosition'),
  sinceMs: numberOf(item, 'stateSinceMs'),
  keptThrough: textOf(item, 'keptThrough'),
})
