/** The routes for operation and documentation: health, metrics, and the pages of static-pages.ts. */

import type { Answer } from '../http/answer-response.ts'
import { Rejection } from '../protocol/rejection.ts'
import { healthSchema } from './answer-schemas.ts'
import { HTML } from './docs-pages.ts'
import type { AnswerDoc, Call, Route, RouteResult } from './route.ts'
import { shared } from './shared-answers.ts'
import { NO_FILE, StaticPages } from './static-pages.ts'

const UNCHANGED: AnswerDoc = { description: 'The client has the present version (If-None-Match).', headers: ['ETag'] }
const NO_METRICS = 'This exchange serves no metrics at this path.'

/** Every caller may read these routes. */
const PUBLIC = { method: 'GET', access: 'public', problems: [] } as const

/** `routes` returns the whole table, including these routes. */
export function operationRoutes(routes: () => readonly Route[]): readonly Route[] {
  const pages = new StaticPages(routes)
  return [
    {
      ...PUBLIC,
      path: '/health',
      name: 'getHealth',
      summary: 'Check whether the exchange works',
      answers: {
        200: { description: 'The exchange works; degraded, if its status says so.', schema: healthSchema },
        503: { description: 'The exchange does not work.', schema: healthSchema },
      },
      handle: shared(getHealth),
    },
    {
      ...PUBLIC,
      path: '/metrics',
      name: 'getMetrics',
      summary: 'Metrics in the Prometheus text format',
      answers: { 200: { description: 'The metrics.', contentType: 'text/plain' } },
      problems: ['not_found'],
      details: { not_found: NO_METRICS },
      offered: ({ metricsText }) => metricsText !== undefined,
      handle: shared(getMetrics),
    },
    {
      ...PUBLIC,
      path: '/openapi.json',
      name: 'getOpenApi',
      summary: 'Get the OpenAPI document',
      answers: {
        200: { description: 'OpenAPI 3.1.', contentType: 'application/json', headers: ['ETag'] },
        304: UNCHANGED,
      },
      handle: ({ ports, http }) => pages.answer(ports, 'openapi.json', http.headers),
    },
    {
      ...PUBLIC,
      path: '/asyncapi.json',
      name: 'getAsyncApi',
      summary: 'Get the AsyncAPI document of the WebSocket',
      answers: {
        200: { description: 'AsyncAPI 3.', contentType: 'application/json', headers: ['ETag'] },
        304: UNCHANGED,
      },
      problems: ['not_found'],
      details: { not_found: NO_FILE },
      offered: ({ asyncApi }) => asyncApi !== undefined,
      handle: ({ ports, http }) => pages.answer(ports, 'asyncapi.json', http.headers),
    },
    {
      ...PUBLIC,
      path: '/docs',
      name: 'getDocs',
      summary: 'Read the documentation of the API',
      answers: { 200: { description: 'A page.', contentType: 'text/html', headers: ['ETag'] }, 304: UNCHANGED },
      handle: ({ ports, http }) => pages.answer(ports, 'docs', http.headers),
    },
    {
      ...PUBLIC,
      path: '/docs/{file}',
      name: 'getDocsFile',
      summary: 'The page docs/problems, and the files that /docs loads',
      answers: {
        200: { description: 'A page, script, style sheet or icon.', contentType: '*/*', headers: ['ETag'] },
        304: UNCHANGED,
      },
      problems: ['not_found'],
      details: { not_found: NO_FILE },
      // The page of problems has no route of its own: with a second route under /docs, hono could not use its fast router.
      handle: ({ ports, http }) => pages.answer(ports, `docs/${http.param('file')}`, http.headers),
    },
    {
      ...PUBLIC,
      path: '/',
      name: 'getRoot',
      summary: 'The trading screen, or a redirect to /docs',
      // The server answers with the screen before it asks the routes (http/site.ts).
      answers: {
        200: { description: 'The trading screen.', contentType: 'text/html', headers: ['ETag'] },
        302: { description: 'A redirect to /docs, where the screen is not served.', headers: ['Location'] },
        304: UNCHANGED,
      },
      handle: () => ({ status: 302, body: '', contentType: HTML, headers: { Location: 'docs' } }),
    },
  ]
}

async function getHealth({ ports }: Call): Promise<Answer> {
  const health = await ports.health()
  return { status: health.status === 'failing' ? 503 : 200, body: health }
}

async function getMetrics({ ports }: Call): Promise<RouteResult> {
  if (ports.metricsText === undefined) return new Rejection('not_found', NO_METRICS)
  const { contentType, body } = await ports.metricsText()
  return { status: 200, body, contentType }
}
