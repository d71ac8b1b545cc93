/**
 * infra/ applied to an emulator: apply succeeds and prints its outputs, the resources are those that the
 * code expects, a second plan has no changes, and destroy leaves nothing. emulator.ts lists what the
 * emulator cannot do.
 */

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DynamoDBClient, GetItemCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { CreateStreamCommand, DeleteStreamCommand, KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis'
import { CreateBucketCommand, DeleteBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FUNCTIONS } from '../../src/adapters/aws/resources.ts'
import { S3DeadLetters } from '../../src/adapters/aws/s3-dead-letters.ts'
import { sha256Hex } from '../../src/entry/api-keys.ts'
import type { Position } from '../../src/ports/order-stream.ts'
import { titleOf } from '../skipped-title.ts'
import { SCREEN_KEPT, SCREEN_OVERRIDES } from './emulated-screen.ts'
import { Emulator, FORGOTTEN, OVERRIDES, UNDELETABLE } from './emulator.ts'
import { block, ofType, type Resource, theOne, type Values } from './plan.ts'
import { StateServer } from './state-server.ts'
import { missing } from './tools.ts'
import { root, Workspace } from './workspace.ts'

const MINUTES = 60_000

/** The variables of a function. */
function environmentOf(state: readonly Resource[], { name }: { readonly name: string }): Record<string, string> {
  const found = ofType(state, 'aws_lambda_function').find(({ values }) => values.function_name === name)
  return block(found?.values ?? {}, 'environment').variables as Record<string, string>
}

interface Change {
  readonly address: string
  readonly type: string
  readonly change: {
    readonly actions: readonly string[]
    readonly before: Values | null
    readonly after: Values | null
  }
}

describe.skipIf(missing.moto !== undefined)(titleOf('applied', missing.moto), () => {
  let emulator: Emulator
  let stored: StateServer
  let workspace: Workspace
  let state: Resource[]
  let outputs: Record<string, { value: unknown; sensitive: boolean }>

  beforeAll(async () => {
    emulator = await Emulator.start()
    stored = await StateServer.start()
    workspace = await Workspace.open(emulator.url, OVERRIDES + SCREEN_OVERRIDES + stored.backend)
    await workspace.terraform('apply', '-auto-approve', '-input=false', '-parallelism=50')
    outputs = JSON.parse(await workspace.terraform('output', '-json'))
    state = stored.resources()
  }, 10 * MINUTES)

  afterAll(() => {
    emulator?.stop()
    workspace?.close()
    stored?.stop()
  })

  /** Configuration of SDK clients for the emulator. */
  const access = () => ({
    endpoint: emulator.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'mock', secretAccessKey: 'mock' },
    forcePathStyle: true,
    requestHandler: new NodeHttpHandler(),
  })

  test('apply prints the outputs of the guide', () => {
    expect(outputs.api_gateway_url?.value).toMatch(
      /^https:\/\/\w+\.execute-api\.eu-central-1\.amazonaws\.com\/v1\/orders$/,
    )
    expect(outputs.redis_endpoint?.value).toBe('exchange.test:6379')
    expect(outputs.s3_data_lake_bucket_name?.value).toBe('exchange-data-lake-123456789012-eu-central-1')
    expect(outputs.cloudwatch_dashboard_url?.value).toMatch(/#dashboards\/dashboard\/Exchange-eu-central-1$/)
    expect(outputs.websocket_url?.value).toMatch(/^wss:\/\/\w+\.execute-api\.eu-central-1\.amazonaws\.com\/ws$/)
    expect(outputs.api_key).toMatchObject({ sensitive: true, value: expect.stringMatching(/.{20,}/) })
  })

  test('functions, streams and tables have the names of the guide', () => {
    const names = (type: string, field: string) =>
      ofType(state, type)
        .map(({ values }) => values[field])
        .sort()
    expect(names('aws_kinesis_stream', 'name')).toEqual(['KDS_Events', 'KDS_Orders', 'KDS_Trades'])
    expect(names('aws_lambda_function', 'function_name')).toEqual(
      Object.values(FUNCTIONS)
        .map(({ name }) => name)
        .sort(),
    )
    expect(names('aws_dynamodb_table', 'name')).toEqual(expect.arrayContaining(['Orders', 'Trades']))
    expect(names('aws_glue_crawler', 'name')).toEqual(['orders-crawler', 'trades-crawler'])
    expect(names('aws_glue_catalog_database', 'name')).toEqual(['exchange_data_lake'])
    expect(names('aws_glue_catalog_table', 'name')).toEqual([
      'commands',
      'order_deliveries',
      'orders',
      'trade_deliveries',
      'trades',
    ])
    expect(names('aws_cloudwatch_log_group', 'name')).toEqual(
      expect.arrayContaining(['/aws/lambda/ExchangeIngest', '/aws/lambda/ExchangeMatcher']),
    )
  })

  test('crawlers add partitions and do not change columns; files with errors have another prefix', () => {
    for (const { values } of ofType(state, 'aws_glue_crawler')) {
      expect(values.schema_change_policy).toEqual([{ update_behavior: 'LOG', delete_behavior: 'LOG' }])
      expect(JSON.parse(String(values.configuration))).toMatchObject({
        CrawlerOutput: { Partitions: { AddOrUpdateBehavior: 'InheritFromTable' } },
      })
    }
    for (const { values } of ofType(state, 'aws_kinesis_firehose_delivery_stream')) {
      const [s3] = values.extended_s3_configuration as Values[]
      if (values.name === 'exchange-commands') expect(s3?.prefix).toMatch(/^raw\/commands\//)
      else
        expect(s3?.prefix).toMatch(
          /^(orders|trades)\/year=!\{partitionKeyFromLambda:year\}\/month=!\{partitionKeyFromLambda:month\}\/day=!\{partitionKeyFromLambda:day\}\/$/,
        )
      expect(s3?.error_output_prefix).toMatch(/^errors\//)
    }
  })

  test.each([
    ['orders', 'matcher'],
    ['events', 'notifier'],
  ])('the event source mapping delivers the %s to the %s', (stream, name) => {
    const mapping = theOne(state, 'aws_lambda_event_source_mapping', name)
    expect(mapping.event_source_arn).toBe(theOne(state, 'aws_kinesis_stream', stream).arn)
    // moto stores the version that the alias has now.
    const { arn, function_version } = theOne(state, 'aws_lambda_alias', name)
    expect([arn, String(arn).replace(/live$/, String(function_version))]).toContain(mapping.function_name)
  })

  test('functions of live market data have the names of its resources, and the address of the socket', () => {
    expect(environmentOf(state, FUNCTIONS.matcher).EVENTS_STREAM).toBe('KDS_Events')
    expect(environmentOf(state, FUNCTIONS.query)).toMatchObject({ CANDLES_TABLE: 'Candles', FILLS_TABLE: 'Fills' })
    expect(environmentOf(state, FUNCTIONS.notifier)).toMatchObject({
      CONNECTIONS_TABLE: 'Connections',
      QUERY_FUNCTION: 'ExchangeQuery:live',
      SOCKET_ENDPOINT: String(outputs.websocket_url?.value).replace('wss:', 'https:'),
    })
  })

  test('the APIs know the screen, and only its distribution reads its bucket', () => {
    const { screen_url } = outputs
    for (const name of ['ingest', 'query', 'connect'] as const) {
      expect(environmentOf(state, FUNCTIONS[name]).ALLOW_ORIGIN).toBe(screen_url?.value)
    }
    const { arn, domain_name } = theOne(state, 'aws_cloudfront_distribution')
    expect(screen_url?.value).toBe(`https://${domain_name}`)
    const policy = ofType(state, 'aws_s3_bucket_policy').find(({ address }) => address.includes('screen'))
    expect(JSON.parse(String(policy?.values.policy)).Statement).toContainEqual({
      Sid: 'CloudFront',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${String(outputs.screen_bucket?.value)}/*`,
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceArn': arn } },
    })
  })

  test('a function sends to the connections of this socket only', () => {
    const { id } = theOne(state, 'aws_apigatewayv2_api')
    const policies = ofType(state, 'aws_iam_role_policy').map(({ values }) => JSON.parse(String(values.policy)))
    const pushing = policies
      .flatMap(({ Statement }) => Statement as { Action: string; Resource: string | string[] }[])
      .filter(({ Action }) => Action === 'execute-api:ManageConnections')
    expect(pushing).toHaveLength(3)
    const socket = `arn:aws:execute-api:eu-central-1:123456789012:${id}/ws`
    for (const resource of pushing.flatMap(({ Resource }) => Resource)) {
      expect(resource).toMatch(new RegExp(`^${socket}/(POST|GET|DELETE)/@connections/\\*$`))
    }
  })

  test('the digest of a key leads to its account', async () => {
    const [key] = ofType(state, 'aws_api_gateway_api_key')
    const Key = { topic: { S: `key#${sha256Hex(String(key?.values.value))}` }, connectionId: { S: '#' } }
    const { Item } = await new DynamoDBClient(access()).send(new GetItemCommand({ TableName: 'Connections', Key }))
    expect(Item?.account?.S).toBe(key?.values.id)
  })

  test('no applied policy has a wildcard action', () => {
    const policies = ofType(state, 'aws_iam_role_policy').map(({ values }) => JSON.parse(String(values.policy)))
    expect(policies.length).toBeGreaterThanOrEqual(10)
    const actions = policies.flatMap(({ Statement }) =>
      Statement.flatMap(({ Action }: { Action: string | string[] }) => Action),
    )
    expect(actions.filter((action: string) => action.includes('*'))).toEqual([])
  })

  test('a dead letter is listed, and sent to the stream again', async () => {
    // Another bucket than the lake, whose policy refuses requests without TLS. The emulator has no TLS.
    const bucket = 'letters'
    const s3 = new S3Client(access())
    await s3.send(new CreateBucketCommand({ Bucket: bucket }))
    // Another stream than KDS_Orders, because moto would run the matcher.
    const kinesis = new KinesisClient({ ...access(), requestHandler: new NodeHttpHandler() })
    await kinesis.send(new CreateStreamCommand({ StreamName: bucket, ShardCount: 1 }))
    const prefix = String(environmentOf(state, FUNCTIONS.matcher).DEAD_LETTER_PREFIX)
    const letter = { symbol: 'BTCUSD', position: '7' as Position, index: 0, timestampMs: 0, reason: 'side' }
    const line = '{"kind":"PlaceOrder","symbol":"BTCUSD","side":"buy"}'
    await new S3DeadLetters(s3, bucket, prefix).keep([{ ...letter, bytes: Buffer.from(line) }])

    expect(await deadLetters('--bucket', bucket)).toBe(
      `dead-letters/BTCUSD/7-0\n  1970-01-01T00:00:00.000Z side\n  ${line}\n`,
    )
    expect(await deadLetters('--bucket', bucket, '--stream', bucket, '--send', 'dead-letters/BTCUSD/7-0')).toMatch(
      /^PlaceOrder for BTCUSD is in letters at \d+\n$/,
    )
    expect(await deadLetters('--bucket', bucket)).toBe('')
    await s3.send(new DeleteBucketCommand({ Bucket: bucket }))
    await kinesis.send(new DeleteStreamCommand({ StreamName: bucket }))

    async function deadLetters(...args: string[]): Promise<string> {
      const keys = { AWS_ACCESS_KEY_ID: 'mock', AWS_SECRET_ACCESS_KEY: 'mock' }
      const env = { PATH: process.env.PATH, AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: emulator.url, ...keys }
      const script = join(root, 'scripts/infra-dead-letters.mjs')
      return (await promisify(execFile)(process.execPath, [script, ...args], { env })).stdout
    }
  })

  test(
    'a second plan changes nothing except attributes that the emulator does not store',
    async () => {
      await workspace.terraform('plan', '-input=false', '-out=again.tfplan', '-parallelism=50')
      const { resource_changes } = JSON.parse(await workspace.terraform('show', '-json', 'again.tfplan')) as {
        resource_changes: Change[]
      }
      const drift = resource_changes
        .filter(({ change }) => !['no-op', 'read'].includes(change.actions.join()))
        .flatMap(({ address, type, change: { actions, before, after } }) => {
          if (actions.join() !== 'update') return [`${address}: ${actions.join()}`]
          const differing = Object.keys(after ?? {}).filter(
            (key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]),
          )
          return differing.filter((key) => !FORGOTTEN[type]?.includes(key)).map((key) => `${address}.${key}`)
        })
      expect(drift).toEqual([])
    },
    5 * MINUTES,
  )

  test(
    'destroy removes everything',
    async () => {
      await workspace.terraform('state', 'rm', ...UNDELETABLE, SCREEN_KEPT)
      await workspace.terraform('destroy', '-auto-approve', '-input=false', '-refresh=false', '-parallelism=50')
      const left = await Promise.all([
        new KinesisClient(access()).send(new ListStreamsCommand({})).then(({ StreamNames }) => StreamNames),
        new DynamoDBClient(access()).send(new ListTablesCommand({})).then(({ TableNames }) => TableNames),
        emulator.ask('sqs', '/?Action=ListQueues').then((answer) => answer.match(/<QueueUrl>/g) ?? []),
        new S3Client(access()).send(new ListBucketsCommand({})).then(({ Buckets = [] }) => Buckets),
        emulator.ask('lambda', '/2015-03-31/functions/').then((answer) => JSON.parse(answer).Functions),
      ])
      expect(left.flat()).toEqual([])
    },
    8 * MINUTES,
  )
})
