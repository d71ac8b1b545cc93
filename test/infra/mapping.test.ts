/**
 * The mapping between KDS_Orders and the matcher keeps its position, whatever option is switched. The plans start
 * from a state that has the mapping, and are compared without asking AWS (-refresh=false).
 */

import type { Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { titleOf } from '../skipped-title.ts'
import { answerPlans } from './aws-answers.ts'
import { type Change, changesOf, planOf, type Resource, theOne, type Values } from './plan.ts'
import { missing } from './tools.ts'
import { Workspace } from './workspace.ts'

const MINUTES = 60_000
const MAPPING = 'aws_lambda_event_source_mapping'
const HERE = 'eu-central-1:123456789012'

/** What AWS decides, for the resources that the mapping refers to. */
const DECIDED: Readonly<Record<string, Values>> = {
  'aws_kinesis_stream.orders': { id: 'orders', arn: `arn:aws:kinesis:${HERE}:stream/KDS_Orders` },
  'aws_kinesis_stream_consumer.matcher': {
    id: 'consumer',
    arn: `arn:aws:kinesis:${HERE}:stream/KDS_Orders/consumer/ExchangeMatcher:1`,
  },
  'aws_sqs_queue.matcher_failures': { id: 'queue', arn: `arn:aws:sqs:${HERE}:ExchangeMatcherFailures` },
  'aws_lambda_alias.matcher': { id: 'alias', arn: `arn:aws:lambda:${HERE}:function:ExchangeMatcher:live` },
}

describe.skipIf(missing.terraform !== undefined)(titleOf('the mapping of the matcher', missing.terraform), () => {
  let server: Server
  let workspace: Workspace

  beforeAll(async () => {
    const answers = await answerPlans()
    server = answers.server
    workspace = await Workspace.open(answers.url)
  }, 3 * MINUTES)

  afterAll(() => {
    workspace?.close()
    server?.close()
  })

  const created = new Map<string, Promise<Resource[]>>()
  /** The mapping and the resources that it refers to, as a new exchange plans them. */
  function planned(fanOut: string): Promise<Resource[]> {
    const options = ['-state=absent.tfstate', `-target=${MAPPING}.matcher`]
    const plan = created.get(fanOut) ?? planOf(workspace, { enhanced_fan_out: fanOut }, options)
    created.set(fanOut, plan)
    return plan
  }

  /** How the mapping changes if it exists, with fan-out or without, and the variables are these. */
  async function switched(
    fanOut: string,
    variables: Readonly<Record<string, string>>,
    was: Values = {},
  ): Promise<Change> {
    const resources = (await planned(fanOut)).filter(
      ({ address }) => address.replace(/\[.*/, '') in DECIDED || address.startsWith(MAPPING),
    )
    workspace.writeState(resources.map((resource) => existing(resource, { ...was, fanOut })))
    const changes = await changesOf(workspace, variables, ['-refresh=false', `-target=${MAPPING}.matcher`])
    return changes.find(({ address }) => address === `${MAPPING}.matcher`) as Change
  }

  function existing(resource: Resource, was: Values): Resource {
    const decided = DECIDED[resource.address.replace(/\[.*/, '')]
    if (decided !== undefined) return { ...resource, values: { ...resource.values, ...decided } }
    const fanOut = was.fanOut === 'true'
    const values = {
      ...resource.values,
      id: 'mapping',
      uuid: 'mapping',
      event_source_arn: DECIDED[fanOut ? 'aws_kinesis_stream_consumer.matcher' : 'aws_kinesis_stream.orders']?.arn,
      function_name: was.function_name ?? DECIDED['aws_lambda_alias.matcher']?.arn,
      starting_position: was.starting_position ?? 'AT_TIMESTAMP',
      starting_position_timestamp: was.starting_position === undefined ? '2026-01-31T12:00:00Z' : null,
      destination_config: [{ on_failure: [{ destination_arn: DECIDED['aws_sqs_queue.matcher_failures']?.arn }] }],
    }
    return { ...resource, values }
  }

  test.each([
    ['nothing', {}, {}],
    [
      'every option that concerns the matcher or the stream',
      {
        matcher_batch_size: '500',
        matcher_parallelization: '4',
        order_shards: '4',
        stream_retention_hours: '72',
        reserve_concurrency: 'false',
        redis_replica: 'true',
      },
      {},
    ],
    [
      'the version, from one without aliases',
      {},
      { starting_position: 'TRIM_HORIZON', function_name: `arn:aws:lambda:${HERE}:function:ExchangeMatcher` },
    ],
  ])(
    '%s changes: the mapping stays',
    async (_, variables: Record<string, string>, was: Values) => {
      const { actions } = (await switched('false', variables, was)).change
      expect(['no-op', 'update']).toContain(actions.join())
    },
    3 * MINUTES,
  )

  test.each(['true', 'false'])(
    'enhanced_fan_out becomes %s: a new mapping begins shortly before the plan',
    async (fanOut) => {
      const { actions, after } = (await switched(String(fanOut !== 'true'), { enhanced_fan_out: fanOut })).change
      // First the old one ends, so that a shard never has two readers.
      expect(actions).toEqual(['delete', 'create'])
      expect(after?.starting_position).toBe('AT_TIMESTAMP')
      const minutesAgo = (Date.now() - Date.parse(String(after?.starting_position_timestamp))) / MINUTES
      expect(minutesAgo).toBeGreaterThan(14)
      expect(minutesAgo).toBeLessThan(20)
    },
    4 * MINUTES,
  )

  test(
    'a new exchange begins at the beginning of its stream, and Lambda gives up no record',
    async () => {
      expect(theOne(await planned('false'), MAPPING, 'matcher')).toMatchObject({
        starting_position: 'AT_TIMESTAMP',
        maximum_retry_attempts: -1,
        maximum_record_age_in_seconds: -1,
        bisect_batch_on_function_error: false,
        function_response_types: ['ReportBatchItemFailures'],
      })
    },
    MINUTES,
  )
})
