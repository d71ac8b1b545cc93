/** Requests to join as records of KDS_Events, among the events of their symbols. */

import { type KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis'
import type { Follower } from '../../ports/connections.ts'
import { inParallel } from '../../ports/in-parallel.ts'
import type { JoinRequests } from '../../ports/join-requests.ts'
import type { LatePush } from '../../ports/late-pushes.ts'
import { topicKey } from '../../ports/market-feed.ts'
import { invariant } from '../../protocol/assert.ts'
import { ANSWERING, withBackoff } from './backoff.ts'
import type { DynamoJoinLimit } from './dynamodb-join-limit.ts'
import { joinRecord, wakeRecord } from './event-records.ts'

const PUTS_IN_FLIGHT = 16

export class KinesisJoinRequests implements JoinRequests {
  private readonly client: KinesisClient
  private readonly stream: string
  private readonly limit: Pick<DynamoJoinLimit, 'admit'>

  constructor(client: KinesisClient, stream: string, limit: Pick<DynamoJoinLimit, 'admit'>) {
    this.client = client
    this.stream = stream
    this.limit = limit
  }

  admit(count: number): Promise<number> {
    return this.limit.admit(count)
  }

  /** One record each. A repeated put makes a second snapshot, which does no harm. */
  async ask(followers: readonly Follower[]): Promise<void> {
    const joins = followers.map(({ connectionId, topic }) => {
      invariant(topic.channel !== 'orders', 'own orders are not joined in the stream of a symbol')
      const { symbol } = topic
      return { symbol, data: joinRecord({ symbol, connectionId, topic: topicKey(topic) }) }
    })
    await this.put(joins)
  }

  wake(late: readonly LatePush[]): Promise<void> {
    return this.put(late.map((each) => ({ symbol: each.symbol, data: wakeRecord(each) })))
  }

  private async put(records: readonly { readonly symbol: string; readonly data: Uint8Array }[]): Promise<void> {
    await inParallel(records, PUTS_IN_FLIGHT, async ({ symbol, data }) => {
      const command = new PutRecordCommand({ StreamName: this.stream, PartitionKey: symbol, Data: data })
      await withBackoff(`PutRecord to ${this.stream}`, ANSWERING, () => this.client.send(command))
    })
  }
}
