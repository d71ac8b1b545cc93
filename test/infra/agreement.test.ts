/**
 * Facts that are both in infra/ and in the code must be equal: names, keys, variables, routes, columns,
 * problem codes. The files are read without Terraform, so that every machine can run this check.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { EVENT_RECORD_BYTES_MAX } from '../../src/adapters/aws/event-records.ts'
import { RECORD_BYTES_MAX } from '../../src/adapters/aws/kinesis-writer.ts'
import { ANSWER_BYTES_MAX, ROW_GROWTH_MAX } from '../../src/adapters/aws/lake-delivery.ts'
import { FUNCTIONS as DEPLOYED, STREAMS, TABLES } from '../../src/adapters/aws/resources.ts'
import { PROBLEMS, type ProblemCode } from '../../src/api/problems.ts'
import { PAGE_POLICY } from '../../src/entrypoints/server/screen-files.ts'
import { GLUE_TYPES, PARTITION_COLUMNS } from '../../src/lake/lake-columns.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import type { RestPorts } from '../../src/rest/rest-ports.ts'
import { ROUTES } from '../../src/rest/route-table.ts'
import { addressesOf, type Block, type Hcl, readInfra, referencesIn } from './hcl.ts'
import { FUNCTIONS, infra, root } from './workspace.ts'

let files: Map<string, { text: string; hcl: Hcl }>

beforeAll(async () => {
  files = await readInfra()
}, 60_000)

/** A value of a locals block. */
function local(name: string): unknown {
  for (const { hcl } of files.values()) {
    for (const locals of (hcl.locals ?? []) as unknown as Block[]) if (name in locals) return locals[name]
  }
  throw new Error(`no local.${name}`)
}

function resource(type: string, name: string): Block {
  for (const { hcl } of files.values()) {
    const found = (hcl.resource?.[type] as Record<string, Block[]> | undefined)?.[name]
    if (found !== undefined) return found[0] as Block
  }
  throw new Error(`no ${type}.${name}`)
}

test('every file is HCL and begins with a comment, except files whose descriptions are enough', () => {
  expect(files.size).toBeGreaterThan(20)
  const bare = [...files].filter(([, { text }]) => !text.startsWith('#')).map(([name]) => name)
  expect(bare.sort()).toEqual(['outputs.tf', 'provider.tf'])
})

test('every reference has a target', () => {
  const present = addressesOf(files.values())
  for (const [name, { text }] of files) {
    const lost = referencesIn(text).filter((reference) => !present.has(reference))
    expect(lost, name).toEqual([])
  }
})

test('every variable and output is described, every variable typed', () => {
  for (const { hcl } of files.values()) {
    for (const [name, [block]] of Object.entries((hcl.variable ?? {}) as Record<string, Block[]>)) {
      expect(block, name).toMatchObject({ description: expect.any(String), type: expect.any(String) })
    }
    for (const [name, [block]] of Object.entries((hcl.output ?? {}) as Record<string, Block[]>)) {
      expect(block, name).toMatchObject({ description: expect.any(String) })
    }
  }
})

test('the alias of a function that reads moves before those of the functions that write what it reads', () => {
  const dependsOn = (name: string) => String(resource('aws_lambda_alias', name).depends_on ?? '')
  for (const name of ['notifier', 'lake']) {
    expect(dependsOn(name)).toBe('')
    expect(dependsOn('matcher')).toContain(`aws_lambda_alias.${name}`)
  }
  for (const name of ['ingest', 'query', 'socket']) expect(dependsOn(name)).toContain('aws_lambda_alias.matcher')
})

test('the lock file of the provider has its digests for every platform', () => {
  const lock = readFileSync(join(infra, '.terraform.lock.hcl'), 'utf8')
  expect(lock).toContain('provider "registry.terraform.io/hashicorp/aws"')
  expect(lock).toContain('constraints = ">= 5.100.0, < 7.0.0"')
  expect(lock.match(/"h1:[\w+/]{43}="/g)?.length).toBeGreaterThanOrEqual(1)
  expect(lock.match(/"zh:[0-9a-f]{64}"/g)).toHaveLength(15)
})

describe('streams, tables and functions', () => {
  test('have the names of the code', () => {
    const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const namesOf = (definitions: Record<string, { name: string }>) =>
      Object.fromEntries(Object.entries(definitions).map(([key, { name }]) => [snake(key), name]))
    expect(local('stream_names')).toEqual(namesOf(STREAMS))
    expect(local('table_names')).toEqual(namesOf(TABLES))
    expect(local('function_names')).toEqual(namesOf(DEPLOYED))
  })

  test.each([
    ['orders', TABLES.orders],
    ['order_lists', TABLES.orderLists],
    ['trades', TABLES.trades],
    ['positions', TABLES.positions],
    ['instruments', TABLES.instruments],
    ['connections', TABLES.connections],
    ['candles', TABLES.candles],
    ['fills', TABLES.fills],
  ] as const)('%s has the keys of the code', (name, definition) => {
    const table = resource('aws_dynamodb_table', name)
    const sortKey = 'sortKey' in definition ? definition.sortKey : undefined
    const keys = [definition.partitionKey, ...(sortKey === undefined ? [] : [sortKey])]
    expect([table.hash_key, table.range_key]).toEqual([definition.partitionKey.name, sortKey?.name])
    expect(table.attribute).toEqual(keys.map(({ name, type }) => ({ name, type })))
    expect(table.global_secondary_index).toBeUndefined()
    const expiry =
      'expiryAttribute' in definition ? [{ attribute_name: definition.expiryAttribute, enabled: true }] : undefined
    expect(table.ttl).toEqual(expiry)
  })

  test.each(FUNCTIONS)('%s gets every variable it reads', (name) => {
    const source = sourceOf(`${name}.ts`)
    const definitions: Record<string, { variable: string }> = {
      ...Object.fromEntries(Object.entries(TABLES).map(([key, table]) => [`TABLES.${key}`, table])),
      ...Object.fromEntries(Object.entries(STREAMS).map(([key, stream]) => [`STREAMS.${key}`, stream])),
    }
    const byName = [...source.matchAll(/(?:required|optional)\('(\w+)'\)/g)].map(([, variable]) => variable as string)
    const byTable = [...source.matchAll(/(?:required|optional)\(((?:TABLES|STREAMS)\.\w+)\.variable\)/g)].map(
      ([, key]) => definitions[key as string]?.variable as string,
    )
    const given = environmentOf(name)
    const unneeded = ['DEAD_LETTER_QUEUE_URL', 'RATE_LIMIT', 'AUTHORIZER_FUNCTION']
    const asked = [...byName, ...byTable].filter((variable) => !unneeded.includes(variable))
    expect(asked.length).toBeGreaterThan(1)
    expect(asked.filter((variable) => !given.includes(variable))).toEqual([])
  })
})

/** A file of the folder of the functions, with those that it imports from there. */
function sourceOf(name: string, seen = new Set<string>()): string {
  if (seen.has(name)) return ''
  seen.add(name)
  const source = readFileSync(join(root, 'src/entrypoints/lambda', name), 'utf8')
  const imported = [...source.matchAll(/from '\.\/([\w-]+\.ts)'/g)].map(([, file]) => sourceOf(file as string, seen))
  return [source, ...imported].join('\n')
}

/** The names of a function's variables: merged maps of local.environment and its own. */
function environmentOf(name: string): string[] {
  const environment = local('environment') as Record<string, Block | string>
  const variables = variablesOf(name)
  const shared = [...variables.matchAll(/local\.environment\.(\w+)/g)].map(([, part]) => environment[part as string])
  const others = [...variables.matchAll(/local\.([a-z]\w+)(?=[,)])/g)].map(([, part]) => local(part as string))
  return [...namesIn(variables), ...[...shared, ...others].flatMap((each) => namesIn(each as Block | string))]
}

/** The expression of a function's variables. */
function variablesOf(name: string): string {
  const market = local('market_functions') as Record<string, { variables: string }>
  if (market[name] !== undefined) return market[name].variables
  const [{ variables }] = resource('aws_lambda_function', name).environment as [{ variables: string }]
  return variables
}

/** The names in a map, or in the text of an expression with maps. */
const namesIn = (map: Block | string): string[] =>
  typeof map === 'string'
    ? [...map.matchAll(/(?<![\w"])([A-Z][A-Z_]+)\s+=/g)].map(([, name]) => name as string)
    : Object.keys(map)

test('the instruments are those that npm start trades', () => {
  const [variable] = (files.get('variables.tf')?.hcl.variable?.instruments ?? []) as Block[]
  expect(variable?.default).toEqual(DEMO_INSTRUMENTS)
})

test('every route that needs an account is authenticated, and every route has its function', () => {
  const routes = local('routes') as Record<string, { function: string; access: string }>
  // The routes that only one machine has lead to the answer not_found.
  const common = ROUTES.filter(({ offered }) => offered?.({} as RestPorts) ?? true)
  for (const { method, path, access } of common) {
    const route = routes[`${method} ${path}`] ?? routes['ANY /{proxy+}']
    expect(route, `${method} ${path}`).toMatchObject({
      access: access === 'public' ? 'public' : 'account',
      function: method === 'GET' ? 'query' : 'ingest',
    })
  }
})

test('API Gateway rejects requests with the codes of the REST dialect', () => {
  const responses = local('gateway_responses') as Record<string, { status: number; code: ProblemCode; title: string }>
  for (const { status, code, title } of Object.values(responses)) {
    expect({ status, title }, code).toEqual(PROBLEMS[code])
  }
})

test('the page of the screen has the policy of npm start, and may call the two APIs besides', () => {
  const policy = Object.entries(local('screen_csp') as Record<string, string>).map(
    ([name, sources]) => `${name} ${sources.replace(/ \$\{local\.(api|socket)_origin\}/g, '')}`,
  )
  expect(policy.sort()).toEqual(PAGE_POLICY.split('; ').sort())
  expect((local('screen_csp') as Record<string, string>)['connect-src']).toBe(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform's own
    "'self' ${local.api_origin} ${local.socket_origin}",
  )
})

test('screen.json has the fields that the screen reads, and the addresses of the stages', () => {
  const content = String(resource('aws_s3_object', 'screen_configuration').content).replaceAll(/\s+/g, ' ')
  expect(content).toContain('version = 1 api = aws_api_gateway_stage.v1.invoke_url')
  expect(content).toContain('socket = one(aws_apigatewayv2_stage.socket[*].invoke_url)')
})

test('an answer to Firehose has room for the rows of what it sends at once', () => {
  const { BufferSizeInMBs } = local('lake_processor') as { BufferSizeInMBs: string }
  const sentBytes = Number(BufferSizeInMBs) * 1024 * 1024
  const inBase64 = (bytes: number) => (bytes * 4) / 3
  // lake-delivery.test.ts makes the largest rows.
  expect(inBase64((sentBytes + EVENT_RECORD_BYTES_MAX) * ROW_GROWTH_MAX)).toBeLessThan(ANSWER_BYTES_MAX)
  expect(inBase64(sentBytes + RECORD_BYTES_MAX)).toBeLessThan(ANSWER_BYTES_MAX)
})

test('the lake has the columns and views of the code', () => {
  // test/generated checks the content of the files.
  expect(local('columns')).toMatchObject({
    orders: expect.stringContaining('/order-columns.json'),
    trades: expect.stringContaining('/trade-columns.json'),
  })
  expect(local('lake_tables')).toContain('/lake-views.json')
  expect(local('partition_columns')).toEqual(PARTITION_COLUMNS)
  const types = local('view_types') as Record<string, string>
  expect(Object.keys(types).sort()).toEqual(Object.values(GLUE_TYPES).sort())
})

test('the pages for operators name each alarm of CloudWatch', () => {
  const pages = ['troubleshooting.md', 'monitoring.md'].map((name) =>
    readFileSync(join(root, 'docs/operate', name), 'utf8'),
  )
  const groups = ['alarms', 'redis_alarms', 'market_alarms'].map((name) => Object.keys(local(name) as object))
  const names = [...groups.flat(), 'dynamodb-throttled']
  expect(names.length).toBeGreaterThan(40)
  expect(names.filter((name) => !pages.some((page) => page.includes(`\`${name}`)))).toEqual([])
})
