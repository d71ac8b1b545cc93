/** The requests to join, as the functions of the socket put them into the stream of events. */

import { DynamoJoinLimit } from '../../adapters/aws/dynamodb-join-limit.ts'
import { KinesisJoinRequests } from '../../adapters/aws/kinesis-join-requests.ts'
import { STREAMS } from '../../adapters/aws/resources.ts'
import { required } from './environment.ts'
import { dynamo, kinesis } from './order-entry.ts'
import { connectionsTable } from './socket-connections.ts'

export const joins = new KinesisJoinRequests(
  kinesis,
  required(STREAMS.events.variable),
  new DynamoJoinLimit(dynamo, connectionsTable),
)
