/**
 * The AWS runtime on one machine: emulators, the bundled functions as processes, the event source
 * mapping between them, and an HTTP front. All resources are made from
 * adapters/aws/resources.ts, so that they are equal to those that Terraform deploys.
 */

import { join } from 'node:path'
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { KinesisClient } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { DynamoInstruments } from '../../adapters/aws/dynamodb-instruments.ts'
import { seedRow } from '../../adapters/aws/instrument-seed.ts'
import { FUNCTIONS, STREAMS, TABLES } from '../../adapters/aws/resources.ts'
import { NotInvoked } from '../../event-source-mapping/batch-delivery.ts'
import { startMapping } from '../../event-source-mapping/event-source-mapping.ts'
import { KinesisSource } from '../../event-source-mapping/kinesis-source.ts'
import { MAPPING_DEFAULTS, type MappingOptions } from '../../event-source-mapping/mapping-options.ts'
import { DEMO_INSTRUMENTS, type InstrumentText } from '../../protocol/instrument/instrument.ts'
import { CREDENTIALS, type Emulators, REDIS_SECRET, startEmulators } from './emulators.ts'
import { createFront } from './front.ts'
import { FunctionFailed, LocalFunction } from './local-function.ts'
import { listen } from './loopback.ts'
import { createStreams, createTables } from './resources.ts'

export interface LocalStackOptions {
  /** 0: a free port. */
  readonly port: number
  /** The folder to which scripts/bundle.mjs wrote the bundles. */
  readonly bundles: string
  readonly instruments?: readonly InstrumentText[]
  /** Shards of the stream of orders at the start. Absent: as on AWS. */
  readonly orderShards?: number
  readonly mapping?: Partial<MappingOptions>
  /** Time between two heartbeats, which make orders expire in a quiet market. */
  readonly heartbeatMs?: number
  readonly logLevel?: string
  /** Mapping and functions read the streams within the limits of the service, and the mapping polls as on AWS. */
  readonly kinesisLimits?: boolean
  /** How far matching may be behind before new orders are refused. Absent: as on AWS. */
  readonly lagLimitSeconds?: number
  /** Whether a successful batch is delivered once more. */
  repeat?(): boolean
  /** Called with each line that a function writes, and with each batch that the mapping gives up. */
  onLine(functionName: string, line: string): void
}

export interface LocalStack {
  readonly url: string
  readonly emulators: Emulators
  readonly kinesis: KinesisClient
  readonly dynamodb: DynamoDBClient
  readonly matcher: LocalFunction
  readonly ingest: LocalFunction
  readonly query: LocalFunction
  /** Position of the mapping, by shard. */
  readonly checkpoints: ReadonlyMap<string, string>
  close(): Promise<void>
}

export const BUCKET = 'exchange-local'
const REGION = 'local'
const LISTED_WITHIN_MS = 60_000
const LISTED_EACH_WITHIN_MS = 1_000
const BEAT_AGAIN_MS = 1_000

/** Lambda polls a shard once a second. */
const POLL_MS = 1_000

/** Terraform's settings of the mapping. Only the poll is more frequent, because it is free here. */
const MAPPING: MappingOptions = {
  ...MAPPING_DEFAULTS,
  batchSize: 1_000,
  reportBatchItemFailures: true,
  pollMs: 20,
  retryDelayMs: 50,
}

export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const closing: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end()
  }
  try {
    const emulators = await startEmulators(BUCKET)
    closing.push(emulators.close)
    const kinesis = kinesisAt(emulators.kinesis)
    const dynamodb = new DynamoDBClient({ ...COMMON, endpoint: emulators.dynamodb })
    const orderShards = options.orderShards ?? STREAMS.orders.shards
    await createStreams(kinesis, [{ ...STREAMS.orders, shards: orderShards }, STREAMS.trades])
    await createTables(dynamodb)
    const instruments = options.instruments ?? DEMO_INSTRUMENTS
    await dynamodb.send(new PutItemCommand({ TableName: TABLES.instruments.name, Item: seedRow(instruments) }))
    const isLimited = options.kinesisLimits === true
    const kinesisUrl = isLimited ? emulators.limitedKinesis.url : emulators.kinesis
    const mappingOptions = { ...MAPPING, ...(isLimited && { pollMs: POLL_MS }), ...options.mapping }
    const environment = {
      ...environmentOf(emulators, kinesisUrl, options),
      PARALLELIZATION: String(mappingOptions.parallelizationFactor),
    }
    const make = (name: keyof typeof FUNCTIONS, instancesMax: number) => {
      const made = new LocalFunction({
        name: FUNCTIONS[name].name,
        bundle: join(options.bundles, FUNCTIONS[name].bundle, 'index.mjs'),
        program: join(options.bundles, 'lambda-process.mjs'),
        environment,
        instancesMax,
        timeoutMs: 60_000,
        onLine: (line) => options.onLine(FUNCTIONS[name].name, line),
      })
      closing.push(() => made.close())
      return made
    }
    const ingest = make('ingest', 4)
    const query = make('query', 2)
    const matcher = make('matcher', mappingOptions.parallelizationFactor * (orderShards + 1))
    await Promise.all([ingest.warmUp(), query.warmUp(), matcher.warmUp()])
    const checkpoints = new Map<string, string>()
    const polling = kinesisAt(kinesisUrl)
    const mapping = startMapping({
      functionName: FUNCTIONS.matcher.name,
      source: new KinesisSource(polling, STREAMS.orders.name, REGION),
      options: mappingOptions,
      checkpoints,
      invoke: async (event) => {
        try {
          return await matcher.invoke(event)
        } catch (cause) {
          options.onLine(FUNCTIONS.matcher.name, String(cause))
          throw cause instanceof FunctionFailed ? cause : new NotInvoked(String(cause))
        }
      },
      ...(options.repeat !== undefined && { repeat: options.repeat }),
      onFailure: async (document) => options.onLine(FUNCTIONS.matcher.name, JSON.stringify(document)),
    })
    mapping.ended.catch((cause) => options.onLine('mapping', `matching has stopped: ${cause}`))
    closing.push(() => mapping.stop().catch(() => {}))
    const beat = () => ingest.invoke({ heartbeat: true })
    const beatFailed = (cause: unknown) => options.onLine(FUNCTIONS.ingest.name, String(cause))
    // The first heartbeat sends the instruments of a new exchange.
    await defineAll(beat, dynamodb, instruments.length, beatFailed)
    const heartbeat = setInterval(() => void beat().catch(beatFailed), options.heartbeatMs ?? 60_000)
    closing.push(async () => clearInterval(heartbeat))
    const front = await listen(
      createFront(
        (event) => ingest.invoke(event),
        (event) => query.invoke(event),
      ),
      options.port,
    )
    closing.push(front.close)
    closing.push(async () => {
      for (const client of [kinesis, polling, dynamodb]) client.destroy()
    })
    return { url: front.url, emulators, kinesis, dynamodb, matcher, ingest, query, checkpoints, close }
  } catch (cause) {
    await close()
    throw cause
  }
}

/** A heartbeat may fail on a busy machine. The next one sends what is missing. */
async function defineAll(
  beat: () => Promise<unknown>,
  dynamodb: DynamoDBClient,
  count: number,
  onFailed: (cause: unknown) => void,
): Promise<void> {
  const listed = new DynamoInstruments(dynamodb, TABLES.instruments.name)
  const withinMs = LISTED_WITHIN_MS + count * LISTED_EACH_WITHIN_MS
  const deadlineMs = Date.now() + withinMs
  let isSent = false
  while (Date.now() < deadlineMs) {
    if (!isSent) {
      isSent = await beat().then(
        () => true,
        (cause) => {
          onFailed(cause)
          return false
        },
      )
    }
    // Each definition is counted, and reading the counter is cheap.
    if ((await listed.changes()) >= count && (await listed.all()).length >= count) return
    await new Promise((resolve) => setTimeout(resolve, isSent ? 50 : BEAT_AGAIN_MS))
  }
  throw new Error(`not all ${count} instruments are listed after ${withinMs} ms`)
}

const COMMON = { region: REGION, credentials: CREDENTIALS, maxAttempts: 3 }

const kinesisAt = (endpoint: string) =>
  new KinesisClient({ ...COMMON, endpoint, requestHandler: new NodeHttpHandler({}) })

function environmentOf(
  emulators: Emulators,
  kinesisUrl: string,
  { lagLimitSeconds, logLevel }: LocalStackOptions,
): Record<string, string> {
  const names = [...Object.values(STREAMS), ...Object.values(TABLES)].map(({ variable, name }) => [variable, name])
  return {
    ...Object.fromEntries(names),
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_KINESIS: kinesisUrl,
    AWS_ENDPOINT_URL_DYNAMODB: emulators.dynamodb,
    AWS_ENDPOINT_URL_S3: emulators.s3,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: emulators.secrets,
    REDIS_URL: withoutPassword(emulators.redis),
    REDIS_SECRET_ARN: REDIS_SECRET,
    SNAPSHOT_BUCKET: BUCKET,
    DEAD_LETTER_BUCKET: BUCKET,
    AUTH_MODE: 'none',
    ...(lagLimitSeconds !== undefined && { LAG_LIMIT_SECONDS: String(lagLimitSeconds) }),
    LOG_LEVEL: logLevel ?? 'WARN',
    POWERTOOLS_SERVICE_NAME: 'exchange',
    POWERTOOLS_METRICS_NAMESPACE: 'Exchange',
  }
}

/** The functions read the password from the secret, as on AWS. */
function withoutPassword(url: string): string {
  const { hostname, port } = new URL(url)
  return `redis://${hostname}:${port}`
}
