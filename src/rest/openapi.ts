/**
 * Makes the OpenAPI 3.1 document from the route table and from the schemas that validate requests. The
 * document contains every served route, and no other.
 */

import * as z from 'zod'
import { problemSchema } from '../api/problem-schema.ts'
import { PROBLEMS, type ProblemCode } from '../api/problems.ts'
import { plainSchema, schemaComponents, schemaRef } from '../api/schema-components.ts'
import { DEPTH_LEVELS_MAX } from '../protocol/limits.ts'
import { ANSWER_HEADERS, type AnswerHeader, HEADER_PARAMETERS, PATH_PARAMETERS } from './openapi-headers.ts'
import { exampleOf } from './problem-guide.ts'
import type { RestPorts } from './rest-ports.ts'
import { limitOf, type Route } from './route.ts'
import { problemsOf } from './route-problems.ts'

type Json = Record<string, unknown>

const PROBLEM_TYPE = 'application/problem+json'

const DESCRIPTION = `Prices and quantities are exact decimal text. Times are RFC 3339. Errors are RFC 9457 problems with a
[stable code](docs/problems).

A key identifies the account: \`Authorization: Bearer KEY\` or \`X-API-Key: KEY\`. If the exchange has no keys, every
caller is the account \`demo\`. The answer to an order is 202 as soon as the order is durable. With
\`Prefer: wait=5\` the answer waits up to 5 seconds for matching and contains the result. An order that is sent
again with the same \`orderId\` is not placed twice: the answer shows its present state.`

const SOCKET = `

Live market data, own orders and order entry over one connection: open a WebSocket at \`/ws\`. Its document is
[AsyncAPI 3](asyncapi.json).`

/** Groups of routes, by the start of their path. The last group contains all other routes. */
const TAGS: readonly (readonly [name: string, begins: RegExp, description: string])[] = [
  ['Orders', /^\/(orders|fills)/, 'Place, read, amend and cancel orders of the account; its fills'],
  ['Market data', /^\/(book|trades|candles|ticker|time)/, 'Public: the order book, trades, candles and tickers'],
  ['Instruments', /^\/instruments/, 'Instruments and their bounds; operators define, change and close them'],
  ['Operations', /^/, 'Health, metrics, rules and documentation'],
]

const tagOf = ({ path }: Route): string | undefined => TAGS.find(([, begins]) => begins.test(path))?.[0]

/** What an exchange offers less than the table of routes. */
export type Offers = Pick<RestPorts, 'depthLevelsMax' | 'fillReader' | 'marketReader' | 'marketBounds'>

/** Where `offers` has less than a request may ask for, the document says so. */
export function openApiDocument(routes: readonly Route[], offers: Offers): Json {
  const schemas = new Map<string, z.ZodType>()
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    paths[route.path] ??= {}
    paths[route.path][route.method.toLowerCase()] = operation(route, schemas, offers)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Bidding Exchange',
      version: '0.1.0',
      description: routes.some(({ path }) => path === '/asyncapi.json') ? DESCRIPTION + SOCKET : DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    // Relative to the document, so that the paths are right behind a prefix too, for example a stage.
    servers: [{ url: '.' }],
    tags: TAGS.map(([name, , description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemaComponents(schemas, 'draft-2020-12'),
      parameters: HEADER_PARAMETERS,
      headers: ANSWER_HEADERS,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  }
}

function operation(route: Route, schemas: Map<string, z.ZodType>, offers: Offers): Json {
  const use = (schema: z.ZodType): Json => {
    const id = schema.meta()?.id
    if (id === undefined) throw new TypeError(`a schema of ${route.name} has no id`)
    schemas.set(id, schema)
    return schemaRef(id)
  }
  return {
    operationId: route.name,
    tags: [tagOf(route)],
    summary: route.summary,
    ...missingAt(route, offers),
    security: route.access === 'public' ? [] : [{ bearer: [] }, { apiKey: [] }],
    parameters: parameters(route, offers.depthLevelsMax ?? DEPTH_LEVELS_MAX),
    ...(route.body !== undefined && {
      requestBody: {
        required: true,
        description: `At most ${route.body.bytesMax} bytes.`,
        content: { 'application/json': { schema: use(route.body.schema) } },
      },
    }),
    responses: { ...answers(route, use), ...problems(route, use) },
  }
}

/** A description, if this exchange does not offer the route as it is documented. */
function missingAt({ path }: Route, { fillReader, marketReader, marketBounds }: Offers): Json {
  if (/^\/(candles|ticker)/.test(path) && marketReader === undefined) {
    return { description: 'This exchange has no candles and tickers: it answers `501 not_offered`.' }
  }
  if (path === '/fills' && fillReader === undefined) {
    return {
      description:
        'This exchange lists fills by order only. Without `orderId`, and for an order with 1,000 fills or more, it answers `501 not_offered`.',
    }
  }
  if (marketBounds === undefined) return {}
  const { secondsTradesMax, fillsLagSeconds } = marketBounds
  if (path.startsWith('/candles')) {
    const most = secondsTradesMax.toLocaleString('en')
    return {
      description: `Candles of seconds are made of at most ${most} trades. A request for seconds with more trades answers \`400 invalid_parameter\`: ask for fewer.`,
    }
  }
  if (path === '/fills') {
    return {
      description: `A fill is listed after about ${fillsLagSeconds} seconds, and those of one order at once. The fills of two symbols may appear in another sequence than that of their times.`,
    }
  }
  return {}
}

function parameters(route: Route, depthLevelsMax: number): Json[] {
  const shown = depthLevelsMax < DEPTH_LEVELS_MAX ? ` This exchange shows at most ${depthLevelsMax}.` : ''
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    ...PATH_PARAMETERS[name],
  }))
  const inQuery = Object.entries(route.query ?? {}).map(([name, { description, schema }]) => ({
    name,
    in: 'query',
    required: false,
    description: name === 'depth' ? description + shown : description,
    schema: plainSchema(z.toJSONSchema(schema, { io: 'input' })),
  }))
  const named = ['RequestId', ...(route.waits === true ? ['Prefer'] : [])]
  return [...inPath, ...inQuery, ...named.map((name) => ({ $ref: `#/components/parameters/${name}` }))]
}

function answers(route: Route, use: (schema: z.ZodType) => Json): Json {
  const entries = Object.entries(route.answers).map(([status, { description, schema, contentType, headers }]) => {
    const answer: Json = { description, headers: headersOf(route, Number(status), headers) }
    if (schema !== undefined) answer.content = { 'application/json': { schema: use(schema) } }
    else if (contentType !== undefined) answer.content = { [contentType]: {} }
    return [status, answer]
  })
  return Object.fromEntries(entries)
}

/** One response for each status, with the codes that it may have. */
function problems(route: Route, use: (schema: z.ZodType) => Json): Json {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of problemsOf(route)) {
    const { status } = PROBLEMS[code]
    // /health answers 503 with its own body.
    if (!(status in route.answers)) byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const entries = [...byStatus].map(([status, codes]) => {
    const own = { properties: { status: { const: status }, code: { enum: codes } } }
    const schema = { allOf: [use(problemSchema), own] }
    const content = { [PROBLEM_TYPE]: { schema, example: exampleOf(codes, route) } }
    const description = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('\n\n')
    return [status, { description, headers: headersOf(route, status), content }]
  })
  return Object.fromEntries(entries)
}

function headersOf(route: Route, status: number, own: readonly AnswerHeader[] = []): Json {
  const names: AnswerHeader[] = ['X-Request-Id', ...own]
  if (limitOf(route) !== undefined && status !== 401) names.push('RateLimit-Policy', 'RateLimit')
  if (route.waits === true && status < 300) names.push('Preference-Applied')
  if (status === 429 || status === 503) names.push('Retry-After')
  if (status === 401) names.push('WWW-Authenticate')
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}
