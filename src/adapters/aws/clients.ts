/**
 * The clients of AWS services, created once per process. Connections are kept open. A call that hangs fails
 * after some seconds. With an endpoint from `AWS_ENDPOINT_URL_…` plain HTTP is allowed. The adapters retry
 * writes themselves, because only an adapter can decide what may be sent twice.
 */

import { Agent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KinesisClient } from '@aws-sdk/client-kinesis'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { NodeHttpHandler } from '@smithy/node-http-handler'

const CONNECT_MS = 1_000
const ANSWER_MS = 5_000
/** Sockets of one client. Further requests wait for a socket. Two symbols may publish side by side at full speed. */
const SOCKETS = 128

/** HTTP/1.1 for all clients: no call here needs HTTP/2. */
export function httpHandler(): NodeHttpHandler {
  return new NodeHttpHandler({
    connectionTimeout: CONNECT_MS,
    requestTimeout: ANSWER_MS,
    throwOnRequestTimeout: true,
    httpAgent: new Agent({ keepAlive: true, maxSockets: SOCKETS }),
    httpsAgent: new SecureAgent({ keepAlive: true, maxSockets: SOCKETS }),
  })
}

/** One attempt a call: see {@link withBackoff}. */
export const kinesisClient = (): KinesisClient => new KinesisClient({ requestHandler: httpHandler(), maxAttempts: 1 })

/** One attempt a call: see {@link withBackoff}. */
export const dynamoClient = (): DynamoDBClient => new DynamoDBClient({ requestHandler: httpHandler(), maxAttempts: 1 })

export const secretsClient = (): SecretsManagerClient =>
  new SecretsManagerClient({ requestHandler: httpHandler(), maxAttempts: 3 })

/** The bucket is in the path for a local endpoint, which has no host name for each bucket. */
export const s3Client = (): S3Client =>
  new S3Client({
    requestHandler: httpHandler(),
    maxAttempts: 3,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined,
  })
