/**
 * Replaces AWS on one machine: emulators of Kinesis, DynamoDB and S3, a real Redis, and the used part of Secrets
 * Manager. All listen on loopback, on free ports, and keep their data in memory. The data is lost when they end.
 */

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import dynalite from 'dynalite'
import kinesalite from 'kinesalite'
import S3rver from 's3rver'
import { KinesisWrites } from './kinesis-writes.ts'
import { type LimitedKinesis, startLimitedKinesis } from './limited-kinesis.ts'
import { LOOPBACK, listen, type Running } from './loopback.ts'
import { startRedis } from './redis-server.ts'
import { startSecrets } from './secret-service.ts'

export interface Emulators {
  readonly kinesis: string
  readonly kinesisWrites: KinesisWrites
  /** The same emulator behind the service's limits of reads. */
  readonly limitedKinesis: LimitedKinesis
  readonly dynamodb: string
  readonly s3: string
  readonly redis: string
  readonly secrets: string
  close(): Promise<void>
}

/** The only credentials that the S3 emulator accepts. The other emulators accept any. */
export const CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

/** The secret in which the functions find the password of Redis. */
export const REDIS_SECRET = 'arn:aws:secretsmanager:local:000000000000:secret:redis'

export async function startEmulators(bucket: string): Promise<Emulators> {
  const closing: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end()
  }
  try {
    const password = randomUUID()
    const redis = await startRedis(password)
    closing.push(redis.close)
    const kinesis = await startKinesis()
    closing.push(kinesis.close)
    const limitedKinesis = await startLimitedKinesis(kinesis.url)
    closing.push(limitedKinesis.close)
    const dynamodb = await startDynamo()
    closing.push(dynamodb.close)
    const s3 = await startS3(bucket)
    closing.push(s3.close)
    const secrets = await startSecrets()
    closing.push(secrets.close)
    secrets.secrets.set(REDIS_SECRET, JSON.stringify({ authToken: password }))
    return {
      kinesis: kinesis.url,
      kinesisWrites: kinesis.writes,
      limitedKinesis,
      dynamodb: dynamodb.url,
      s3: s3.url,
      redis: redis.url,
      secrets: secrets.url,
      close,
    }
  } catch (cause) {
    await close()
    throw cause
  }
}

export async function startKinesis(): Promise<Running & { readonly writes: KinesisWrites }> {
  const server = kinesalite({ createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0, shardLimit: 500 })
  const writes = new KinesisWrites(server)
  return { ...(await listen(server)), writes }
}

export const startDynamo = (): Promise<Running> =>
  listen(dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }))

export async function startS3(bucket: string): Promise<Running> {
  const directory = await mkdtemp(join(tmpdir(), 'exchange-s3-'))
  const s3 = new S3rver({ address: LOOPBACK, port: 0, silent: true, directory, configureBuckets: [{ name: bucket }] })
  const { port } = await s3.run()
  return {
    url: `http://${LOOPBACK}:${port}`,
    close: async () => {
      await s3.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
