/**
 * The clients of AWS services, to be made once per process: connections are kept, a call that hangs
 * is given up after seconds, and where the endpoint comes from `AWS_ENDPOINT_URL_…` plain HTTP will
 * do. Retries of writes to a stream are the adapter's, because only it knows what may be sent twice.
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
/** Sockets of one client; more requests wait for one. */
const SOCKETS = 64

/** HTTP/1.1 for all: what is gained by HTTP/2 is needed by none of the calls made here. */
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

/** Buckets in the path, where the endpoint is a local one that has no names of its own. */
export const s3Client = (): S3Client =>
  new S3Client({
    requestHandler: httpHandler(),
    maxAttempts: 3,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined,
  })
