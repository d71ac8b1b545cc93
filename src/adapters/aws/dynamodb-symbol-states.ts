/**
 * The state of each symbol, in the row of its mark. Each change has a condition, so that a process that resumes late
 * changes nothing. The row of the instrument says whether order entry must refuse its orders; ingest follows these
 * rows anyway (followed-instruments.ts), so the refusal costs no read.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BEGINNING, type Position } from '../../ports/order-stream.ts'
import type { StoredMark } from '../../ports/publisher.ts'
import type { SnapshotMark, SymbolState, SymbolStates } from '../../ports/symbol-states.ts'
import { DynamoInstruments } from './dynamodb-instruments.ts'
import { number, text } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'

const rowOf = (symbol: string) => ({ symbol: text(symbol) })

export class DynamoSymbolStates implements SymbolStates {
  private readonly positions: DynamoTable
  private readonly instruments: DynamoInstruments

  constructor(client: DynamoDBClient, tables: { readonly positions: string; readonly instruments: string }) {
    this.positions = new DynamoTable(client, tables.positions)
    this.instruments = new DynamoInstruments(client, tables.instruments)
  }

  enter(symbol: string, state: SymbolState, seen: StoredMark | undefined): Promise<boolean> {
    const isPublished = seen !== undefined && seen.position !== BEGINNING
    const known = seen?.state
    const conditions = [
      isPublished ? '#position = :seen' : 'attribute_not_exists(#position)',
      known === undefined ? 'attribute_not_exists(#state)' : '#state = :seenState AND #kept = :seenKept',
    ]
    return this.positions.change(rowOf(symbol), {
      UpdateExpression:
        'SET #state=:state, stateReason=:reason, statePosition=:first, stateSinceMs=:since, #kept=:kept',
      ConditionExpression: conditions.join(' AND '),
      ExpressionAttributeNames: { '#position': 'position', '#state': 'state', '#kept': 'keptThrough' },
      ExpressionAttributeValues: {
        ':state': text(state.kind),
        ':reason': text(state.reason),
        ':first': text(state.position),
        ':since': number(state.sinceMs),
        ':kept': text(state.keptThrough),
        ...(isPublished && { ':seen': text(seen.position) }),
        ...(known !== undefined && { ':seenState': text(known.kind), ':seenKept': text(known.keptThrough) }),
      },
    })
  }

  async extend(symbol: string, keptThrough: Position): Promise<boolean> {
    const moved = await this.positions.change(rowOf(symbol), {
      UpdateExpression: 'SET #kept=:kept',
      ConditionExpression: 'attribute_exists(#state) AND #kept < :kept',
      ExpressionAttributeNames: { '#state': 'state', '#kept': 'keptThrough' },
      ExpressionAttributeValues: { ':kept': text(keptThrough) },
    })
    if (moved) return true
    // Another process, or an attempt whose answer was lost, has moved it.
    const row = await this.positions.get(rowOf(symbol))
    return row?.state !== undefined && (row.keptThrough?.S ?? '') >= keptThrough
  }

  leave(symbol: string, through: Position): Promise<boolean> {
    return this.positions.change(rowOf(symbol), {
      UpdateExpression: 'REMOVE #state, stateReason, statePosition, stateSinceMs, #kept',
      ConditionExpression: 'attribute_exists(#state) AND #kept <= :through',
      ExpressionAttributeNames: { '#state': 'state', '#kept': 'keptThrough' },
      ExpressionAttributeValues: { ':through': text(through) },
    })
  }

  suspend(symbol: string, suspended: boolean): Promise<void> {
    return this.instruments.suspend(symbol, suspended)
  }

  async snapshotSaved(symbol: string, { position, shardBytes }: SnapshotMark): Promise<void> {
    await this.positions.change(rowOf(symbol), {
      UpdateExpression: 'SET #snapshot=:snapshot, snapshotShardBytes=:bytes',
      ConditionExpression: 'attribute_not_exists(#snapshot) OR #snapshot < :snapshot',
      ExpressionAttributeNames: { '#snapshot': 'snapshotPosition' },
      ExpressionAttributeValues: { ':snapshot': text(position), ':bytes': number(shardBytes) },
    })
  }
}
