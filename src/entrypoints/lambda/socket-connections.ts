/** The stored connections, and the calls to those that are open, as the functions of the socket have them. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ApiGatewayPosts } from '../../adapters/aws/api-gateway-posts.ts'
import { DynamoConnections } from '../../adapters/aws/dynamodb-connections.ts'
import { TABLES } from '../../adapters/aws/resources.ts'
import { SOCKETS_PER_ACCOUNT_DEFAULT, SOCKETS_PER_ADDRESS_DEFAULT_ON_AWS } from '../../protocol/limits.ts'
import { optional, required } from './environment.ts'
import { authModeOf } from './rest-proxy.ts'

export const authMode = authModeOf(optional('AUTH_MODE') ?? 'none')
export const connectionsTable = required(TABLES.connections.variable)

/** Without keys every connection has the account `demo`, so the limit of an account does not apply. */
export const connectionsIn = (dynamo: DynamoDBClient): DynamoConnections =>
  new DynamoConnections(dynamo, connectionsTable, {
    perAddress: Number(optional('SOCKETS_PER_ADDRESS') ?? SOCKETS_PER_ADDRESS_DEFAULT_ON_AWS),
    perAccount:
      authMode === 'none'
        ? Number.POSITIVE_INFINITY
        : Number(optional('SOCKETS_PER_ACCOUNT') ?? SOCKETS_PER_ACCOUNT_DEFAULT),
  })

export const postsOf = (dynamo: DynamoDBClient): ApiGatewayPosts =>
  new ApiGatewayPosts(dynamo.config, required('SOCKET_ENDPOINT'))
