/** Terraform accepts infra/ with every option, and its plan has the properties that the docs promise. */

import type { Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { titleOf } from '../skipped-title.ts'
import { answerPlans } from './aws-answers.ts'
import { FINDINGS, WIDE_STATEMENTS } from './findings.ts'
import { block, ofType, planOf, type Resource, statementsOf, theOne, type Values } from './plan.ts'
import { missing } from './tools.ts'
import { FUNCTIONS, Workspace } from './workspace.ts'

const MINUTES = 60_000

describe.skipIf(missing.terraform !== undefined)(titleOf('terraform', missing.terraform), () => {
  let server: Server
  let workspace: Workspace
  let plan: Resource[]

  beforeAll(async () => {
    const answers = await answerPlans()
    server = answers.server
    workspace = await Workspace.open(answers.url)
    await workspace.terraform('validate')
    plan = await planOf(workspace, { screen: 'true' })
  }, 6 * MINUTES)

  afterAll(() => {
    workspace?.close()
    server?.close()
  })

  test('the files have the format of terraform fmt', async () => {
    expect(await workspace.terraform('fmt', '-check')).toBe('')
  })

  test('no action is a wildcard, and a wildcard resource needs a reason', () => {
    const statements = statementsOf(plan)
    expect(statements.length).toBeGreaterThan(30)
    const wide = statements.filter(
      ({ actions, resources }) => resources.includes('*') || actions.some((action) => action.includes('*')),
    )
    const named = new Set(wide.map(({ of, sid }) => `${of.replace(/\[.*/, '')}/${sid}`))
    expect([...named].sort()).toEqual(Object.keys(WIDE_STATEMENTS).sort())
    // Only the key's policy allows a wildcard action.
    const wildcards = statements.filter(
      ({ actions, effect }) => effect === 'Allow' && actions.some((action) => action.includes('*')),
    )
    expect(wildcards.map(({ of, sid }) => `${of}/${sid}`)).toEqual(['data.aws_iam_policy_document.key/Account'])
  })

  test.each(FINDINGS)('$type: $question', ({ type, isMet, excuse }) => {
    const resources = ofType(plan, type)
    expect(resources.length, `there is no ${type}: the row is out of date`).toBeGreaterThan(0)
    const unmet = resources.filter((resource) => !isMet(resource.values, plan, resource)).map(({ address }) => address)
    if (excuse === undefined) expect(unmet).toEqual([])
    else expect(unmet, 'it is met now: remove the excuse').not.toEqual([])
  })

  test('everything that calls a function calls its alias', () => {
    expect(ofType(plan, 'aws_lambda_function')).toHaveLength(FUNCTIONS.length)
    expect(ofType(plan, 'aws_lambda_alias')).toHaveLength(FUNCTIONS.length)
    for (const { values } of ofType(plan, 'aws_lambda_function')) expect(values.publish).toBe(true)
    for (const { values } of ofType(plan, 'aws_lambda_alias')) expect(values.name).toBe('live')
    for (const { values } of ofType(plan, 'aws_lambda_permission')) expect(values.qualifier).toBe('live')
    for (const { values } of ofType(plan, 'aws_lambda_function_event_invoke_config')) {
      expect(values.qualifier).toBe('live')
    }
    const invoked = statementsOf(plan).filter(({ actions }) => actions.includes('lambda:InvokeFunction'))
    const aliases = ['Disconnect', 'Ingest', 'Lake', 'Query'].map(
      (name) => `arn:aws:lambda:eu-central-1:123456789012:function:Exchange${name}:live`,
    )
    expect(invoked.flatMap(({ resources }) => resources).sort()).toEqual(aliases)
  })

  test('the socket has three routes; its functions are outside the network and send to its connections only', () => {
    const routes = ofType(plan, 'aws_apigatewayv2_route').map(({ values }) => values.route_key)
    expect(routes.sort()).toEqual(['$connect', '$default', '$disconnect'])
    expect(theOne(plan, 'aws_apigatewayv2_stage').name).toBe('ws')
    const inside = ofType(plan, 'aws_lambda_function').filter(({ values }) => {
      return ((values.vpc_config ?? []) as unknown[]).length > 0
    })
    expect(inside.map(({ values }) => values.function_name).sort()).toEqual(['ExchangeMatcher', 'ExchangeQuery'])
    // The ARN has the id of the API, so it is known only after the API exists (apply.test.ts).
    const pushing = statementsOf(plan).filter(({ actions }) => actions.includes('execute-api:ManageConnections'))
    expect(pushing.map(({ of }) => of.match(/"(\w+)"/)?.[1]).sort()).toEqual(['disconnect', 'message', 'notifier'])
    for (const { resources } of pushing) expect(resources).toEqual([])
    // A function that could write the digest of a key could become any account.
    const keys = statementsOf(plan).filter(({ effect, sid }) => effect === 'Deny' && sid === 'KeysNotByCode')
    expect(keys).toHaveLength(4)
    const writes = statementsOf(plan)
      .filter(({ effect, sid }) => effect === 'Allow' && sid === 'Connections')
      .flatMap(({ actions }) => actions.filter((action) => !/:(GetItem|Query)$/.test(action)))
    expect([...new Set(writes)].sort()).toEqual([...(keys[0]?.actions ?? [])].sort())
  })

  test('batches of events that fail are split, repeated for a minute, and then reported', () => {
    expect(theOne(plan, 'aws_lambda_event_source_mapping', 'notifier')).toMatchObject({
      starting_position: 'AT_TIMESTAMP',
      maximum_retry_attempts: 3,
      maximum_record_age_in_seconds: 60,
      bisect_batch_on_function_error: true,
    })
  })

  test(
    'market_data = false plans nothing of live market data, and the default nothing of the screen',
    async () => {
      const without = await planOf(workspace, { market_data: 'false' })
      const planned = without.map(({ address }) => address)
      expect(planned.filter((address) => /market|socket|notifier|connect|candles|\.fills|sweep/.test(address))).toEqual(
        [],
      )
      expect(
        ofType(without, 'aws_lambda_function')
          .map(({ name }) => name)
          .sort(),
      ).toEqual(['ingest', 'lake', 'matcher', 'query'])
      expect(
        ofType(without, 'aws_kinesis_stream')
          .map(({ name }) => name)
          .sort(),
      ).toEqual(['events', 'orders', 'trades'])
      expect(planned.filter((address) => /cloudfront|screen/.test(address))).toEqual([])
      // Nothing else refers to what does not exist.
      const named = JSON.stringify(without.filter(({ type }) => type !== 'aws_cloudwatch_metric_alarm'))
      for (const name of ['ExchangeNotifier', 'table/Candles', 'table/Connections', 'ExchangeMessage']) {
        expect(named).not.toContain(name)
      }
    },
    3 * MINUTES,
  )

  test('the page of the screen is asked for again each time, its assets are kept, and screen.json is JSON', () => {
    const distribution = theOne(plan, 'aws_cloudfront_distribution')
    const [page, assets] = ['default_cache_behavior', 'ordered_cache_behavior'].map((name) => block(distribution, name))
    expect(page).toMatchObject({ compress: true, cache_policy_id: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad' })
    expect(assets).toMatchObject({
      path_pattern: '/assets/*',
      compress: true,
      cache_policy_id: '658327ea-f89d-4fab-a63d-7e88639e58f6',
    })
    const headers = block(theOne(plan, 'aws_cloudfront_response_headers_policy'), 'custom_headers_config')
    expect(headers.items).toEqual([{ header: 'Cache-Control', value: 'no-cache', override: false }])
    expect(theOne(plan, 'aws_s3_object')).toMatchObject({ key: 'screen.json', content_type: 'application/json' })
  })

  test('a page of another origin may ask the API, and read why API Gateway refused it', () => {
    const methods = ofType(plan, 'aws_api_gateway_method')
    expect(methods.filter(({ values }) => values.http_method === 'OPTIONS')).toHaveLength(7)
    for (const { values } of ofType(plan, 'aws_api_gateway_gateway_response')) {
      expect(values.response_parameters).toMatchObject({
        'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
      })
    }
  })

  test('each delivery into the lake is transformed by the live version, and read exactly', () => {
    const deliveries = ofType(plan, 'aws_kinesis_firehose_delivery_stream').filter(({ name }) => name === 'lake')
    expect(deliveries).toHaveLength(2)
    for (const { values } of deliveries) {
      const s3 = block(values, 'extended_s3_configuration')
      const processors = block(s3, 'processing_configuration').processors as Values[]
      expect(processors.map(({ type }) => type)).toEqual(['Lambda'])
      const parameters = (block(block(s3, 'processing_configuration'), 'processors').parameters as Values[]).map(
        (each) => [each.parameter_name, each.parameter_value],
      )
      expect(Object.fromEntries(parameters)).toMatchObject({ BufferSizeInMBs: '0.2', NumberOfRetries: '100' })
      expect(block(s3, 'dynamic_partitioning_configuration').enabled).toBe(true)
      const reader = block(block(s3, 'data_format_conversion_configuration'), 'input_format_configuration')
      expect(block(block(reader, 'deserializer'), 'hive_json_ser_de').timestamp_formats).toEqual(['millis'])
    }
    const columns = (name: string) =>
      ofType(plan, 'aws_glue_catalog_table')
        .filter(({ values }) => values.name === name)
        .flatMap(({ values }) => block(values, 'storage_descriptor').columns as Values[])
        .map(({ name, type }) => [name, type])
    for (const [table, view] of [
      ['order_deliveries', 'orders'],
      ['trade_deliveries', 'trades'],
    ] as const) {
      const partitions = ['year', 'month', 'day'].map((name) => [name, 'string'])
      expect(columns(view)).toEqual([...columns(table), ...partitions])
    }
  })

  test('an alarm watches the conversion and the delay of each delivery into the lake', () => {
    const watched = ofType(plan, 'aws_cloudwatch_metric_alarm').map(({ values }) => {
      const { DeliveryStreamName } = (values.dimensions ?? {}) as Record<string, string>
      return `${DeliveryStreamName} ${values.metric_name}`
    })
    for (const { values } of ofType(plan, 'aws_kinesis_firehose_delivery_stream')) {
      if (values.name !== 'exchange-commands') expect(watched).toContain(`${values.name} FailedConversion.Records`)
      expect(watched).toContain(`${values.name} DeliveryToS3.DataFreshness`)
    }
  })

  test('no rule of the lake expires present snapshots or kept records, which a quiet symbol may need', () => {
    const rules = theOne(plan, 'aws_s3_bucket_lifecycle_configuration', 'lake').rule as Values[]
    const expiring = rules
      .filter((rule) => Number(block(rule, 'expiration').days ?? 0) > 0)
      .map((rule) => String(block(rule, 'filter').prefix ?? ''))
    expect(expiring.length).toBeGreaterThan(0)
    for (const prefix of expiring) {
      expect(prefix).not.toBe('')
      expect(['snapshots/', 'parked/'].filter((kept) => kept.startsWith(prefix) || prefix.startsWith(kept))).toEqual([])
    }
  })

  test(
    'the matcher runs once for each reader of a shard; auth_mode none needs no key; versions can be pinned',
    async () => {
      const shards = { order_shards: '3', matcher_parallelization: '2', stream_retention_hours: '48' }
      const wide = await planOf(workspace, { ...shards, auth_mode: 'none', pinned_versions: '{matcher="7"}' })
      expect(theOne(wide, 'aws_lambda_alias', 'matcher').function_version).toBe('7')
      expect(theOne(wide, 'aws_lambda_alias', 'ingest').function_version).toBeUndefined()
      expect(theOne(wide, 'aws_lambda_function', 'matcher')).toMatchObject({
        reserved_concurrent_executions: 6,
        timeout: 60,
        function_name: 'ExchangeMatcher',
      })
      expect(theOne(wide, 'aws_lambda_event_source_mapping', 'matcher').parallelization_factor).toBe(2)
      expect(ofType(wide, 'aws_api_gateway_method').filter(({ values }) => values.api_key_required)).toEqual([])
    },
    3 * MINUTES,
  )

  test(
    'all options can be used together',
    async () => {
      const all = await planOf(workspace, {
        auth_mode: 'cognito',
        waf_enabled: 'true',
        enhanced_fan_out: 'true',
        market_fan_out: 'true',
        event_shards: '2',
        redis_engine: 'redis',
        redis_replica: 'true',
        zone_count: '2',
        protect_data: 'true',
        alarm_email: 'alarms@example.com',
        reserve_concurrency: 'false',
        excluded_zone_ids: '["euc1-az1"]',
        screen: 'true',
        screen_domain: 'screen.example',
        screen_certificate_arn: 'arn:aws:acm:us-east-1:123456789012:certificate/a',
        allow_origins: '["https://trade.example","http://localhost:5173"]',
      })
      const guarded = ofType(all, 'aws_api_gateway_method').filter(({ values }) => values.authorization !== 'NONE')
      expect(guarded).toHaveLength(13)
      // Preflight requests have no key.
      const preflights = ofType(all, 'aws_api_gateway_method').filter(({ values }) => values.http_method === 'OPTIONS')
      expect(preflights).toHaveLength(7)
      expect(preflights.filter(({ values }) => values.authorization !== 'NONE' || values.api_key_required)).toEqual([])
      expect(ofType(all, 'aws_api_gateway_api_key')).toEqual([])
      const zones = ofType(all, 'aws_subnet').map(({ values }) => values.availability_zone)
      expect(zones).toEqual(['eu-central-1b', 'eu-central-1c'])
      expect(theOne(all, 'aws_lambda_function', 'matcher').reserved_concurrent_executions).toBe(-1)
      expect(theOne(all, 'aws_elasticache_replication_group')).toMatchObject({
        engine: 'redis',
        automatic_failover_enabled: true,
        multi_az_enabled: true,
        num_cache_clusters: 2,
      })
      expect(theOne(all, 'aws_dynamodb_table', 'orders').deletion_protection_enabled).toBe(true)
      expect(theOne(all, 'aws_s3_bucket', 'lake').force_destroy).toBe(false)
      expect(ofType(all, 'aws_kinesis_stream_consumer')).toHaveLength(2)
      const certificate = block(theOne(all, 'aws_cloudfront_distribution'), 'viewer_certificate')
      expect(certificate.minimum_protocol_version).toBe('TLSv1.2_2021')
    },
    3 * MINUTES,
  )

  test(
    'a wrong value of a variable fails the plan',
    async () => {
      await expect(planOf(workspace, { auth_mode: 'open' })).rejects.toThrow('api_key, cognito or none')
      const alone = { screen: 'true', market_data: 'false', screen_domain: 'screen.example' }
      const failed = planOf(workspace, alone, ['-target=aws_cloudfront_distribution.screen'])
      await expect(failed).rejects.toThrow(
        /market_data is false[\s\S]*screen_domain and screen_certificate_arn are set together/,
      )
    },
    3 * MINUTES,
  )
})
