/**
 * The AWS runtime on one machine: emulators, the bundled functions as processes, the event source
 * mapping between them, and an HTTP front. All resources are made from
 * adapters/aws/resources.ts, so that they are equal to those that Terraform deploys.
 */

import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KinesisClient } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { DynamoInstruments } from '../../adapters/aws/dynamodb-instruments.ts'
import { FUNCTIONS, STREAMS, TABLES } from '../../adapters/aws/resources.ts'
import type { MappingOptions } from '../../event-source-mapping/mapping-options.ts'
import type { Site } from '../../http/site.ts'
import { LAKE_TABLES } from '../../lake/lake-columns.ts'
import { DEMO_INSTRUMENTS, type InstrumentText } from '../../protocol/instrument/instrument.ts'
import { CREDENTIALS, type Emulators, startEmulators } from './emulators.ts'
import { createFront } from './front.ts'
import { MATCHER_MAPPING, mapStream } from './function-mapping.ts'
import { LocalFunction } from './local-function.ts'
import { startLocalLake } from './local-lake.ts'
import { listen } from './loopback.ts'
import {
  attachSocket,
  type MarketFunctions,
  type SocketOptions,
  startMarketFunctions,
  startMarketServices,
} from './market-functions.ts'
import { createResources } from './resources.ts'
import { STAGE } from './socket-gateway/gateway-events.ts'
import type { LocalKeys } from './socket-keys.ts'
import { environmentOf, REGION } from './stack-environment.ts'

export interface LocalStackOptions extends SocketOptions {
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
  /** Live market data, as Terraform's variable market_data. */
  readonly marketData?: boolean
  /** Where the rows of the lake are written. Absent: nowhere. */
  readonly lakeFolder?: string
  /** Accounts by key. Absent: every caller is the operator demo. */
  readonly apiKeys?: LocalKeys
  /** The files of the trading screen. Absent: none. */
  readonly site?: Site | undefined
  /** Time between two sweeps of connections that are gone. */
  readonly sweepMs?: number
  /** Whether a successful batch is delivered once more. */
  repeat?(): boolean
}

export interface LocalStack {
  readonly url: string
  /** undefined: there is no live market data. */
  readonly socketUrl: string | undefined
  readonly market: MarketFunctions | undefined
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
const LISTED_WITHIN_MS = 60_000
const LISTED_EACH_WITHIN_MS = 1_000
const BEAT_AGAIN_MS = 1_000

/** Lambda polls a shard once a second. */
const POLL_MS = 1_000
const MINUTE_MS = 60_000

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
    const { instruments = DEMO_INSTRUMENTS, orderShards = STREAMS.orders.shards } = options
    await createResources(kinesis, dynamodb, { ...options, instruments, orderShards })
    const isLimited = options.kinesisLimits === true
    const kinesisUrl = isLimited ? emulators.limitedKinesis.url : emulators.kinesis
    const writes = isLimited ? undefined : emulators.kinesisWrites
    const poll = { ...(isLimited && { pollMs: POLL_MS }) }
    const mappingOptions = { ...MATCHER_MAPPING, ...poll, ...options.mapping }
    const byName = new Map<string, LocalFunction>()
    const market = options.marketData === true ? await startMarketServices(options, byName) : undefined
    closing.push(async () => market?.close())
    const environment = environmentOf({
      emulators,
      kinesisUrl,
      bucket: BUCKET,
      authMode: options.apiKeys === undefined ? 'none' : 'api_key',
      lagLimitSeconds: options.lagLimitSeconds,
      logLevel: options.logLevel,
      parallelizationFactor: mappingOptions.parallelizationFactor,
      market,
    })
    const make = (name: keyof typeof FUNCTIONS, instancesMax: number) => {
      const made = functionOf(name, instancesMax, environment, options)
      byName.set(FUNCTIONS[name].name, made)
      closing.push(() => made.close())
      return made
    }
    const ingest = make('ingest', 4)
    const query = make('query', 2)
    const matcher = make('matcher', mappingOptions.parallelizationFactor * (orderShards + 1))
    await Promise.all([ingest.warmUp(), query.warmUp(), matcher.warmUp()])
    const checkpoints = new Map<string, string>()
    const polling = kinesisAt(kinesisUrl)
    const { repeat, onLine } = options
    const mapping = mapStream({
      client: polling,
      stream: STREAMS.orders,
      writes,
      target: FUNCTIONS.matcher,
      invoked: matcher,
      options: mappingOptions,
      checkpoints,
      ...(repeat !== undefined && { repeat }),
      onLine,
    })
    closing.push(() => mapping.stop().catch(() => {}))
    const functions =
      market &&
      (await startMarketFunctions({
        gateway: market.gateway,
        polling,
        writes,
        mapping: poll,
        sweepMs: options.sweepMs ?? MINUTE_MS,
        make,
        ...(repeat !== undefined && { repeat }),
        onLine,
      }))
    closing.push(async () => functions?.close())
    if (options.lakeFolder !== undefined) {
      const transform = make('lake', LAKE_TABLES.length)
      const lake = await startLocalLake({ folder: options.lakeFolder, client: polling, writes, transform, onLine })
      closing.push(lake.close)
    }
    const beat = () => ingest.invoke({ heartbeat: true })
    const beatFailed = (cause: unknown) => options.onLine(FUNCTIONS.ingest.name, String(cause))
    // The first heartbeat sends the instruments of a new exchange.
    await defineAll(beat, dynamodb, instruments.length, beatFailed)
    const heartbeat = setInterval(() => void beat().catch(beatFailed), options.heartbeatMs ?? MINUTE_MS)
    closing.push(async () => clearInterval(heartbeat))
    const server = createFront(
      (event) => ingest.invoke(event),
      (event) => query.invoke(event),
      // The screen follows the market, so it needs live market data.
      { keys: options.apiKeys, site: functions && options.site },
    )
    if (functions !== undefined) attachSocket(server, functions)
    const front = await listen(server, options.port)
    closing.push(front.close)
    closing.push(async () => market?.gateway.endConnections())
    closing.push(async () => {
      for (const client of [kinesis, polling, dynamodb]) client.destroy()
    })
    const { url } = front
    const socketUrl = functions && `${url.replace('http', 'ws')}/${STAGE}`
    return {
      url,
      socketUrl,
      market: functions,
      emulators,
      kinesis,
      dynamodb,
      matcher,
      ingest,
      query,
      checkpoints,
      close,
    }
  } catch (cause) {
    await close()
    throw cause
  }
}

const functionOf = (
  key: keyof typeof FUNCTIONS,
  instancesMax: number,
  environment: Readonly<Record<string, string>>,
  { bundles, onLine }: Pick<LocalStackOptions, 'bundles' | 'onLine'>,
): LocalFunction => {
  const { name, bundle } = FUNCTIONS[key]
  return new LocalFunction({
    name,
    bundle: join(bundles, bundle, 'index.mjs'),
    program: join(bundles, 'lambda-process.mjs'),
    environment,
    instancesMax,
    timeoutMs: 60_000,
    onLine: (line) => onLine(name, line),
  })
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
