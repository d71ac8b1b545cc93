/** The routes for operation and documentation: health, metrics, the OpenAPI document and the pages of `/docs`. */

import type { Answer } from '../http/answer-response.ts'
import { Rejection } from '../protocol/rejection.ts'
import { healthSchema } from './answer-schemas.ts'
import { HTML_HEADERS, problemsPage, routesPage, START_SCRIPT, SWAGGER_FILES, swaggerPage } from './docs-pages.ts'
import { STYLE_SHEET } from './docs-style.ts'
import { openApiDocument } from './openapi.ts'
import type { Call, Route, RouteResult } from './route.ts'

const HTML = 'text/html; charset=utf-8'
const NO_METRICS = 'This exchange serves no metrics at this path.'
const NO_FILE = 'There is no such file.'
const DAY = { 'Cache-Control': 'public, max-age=86400' }

/** `routes` returns the whole table, including these routes. */
export function operationRoutes(routes: () => readonly Route[]): readonly Route[] {
  const documents = new WeakMap<Call['ports'], string>()
  return [
    {
      method: 'GET',
      path: '/health',
      name: 'getHealth',
      summary: 'Check whether the exchange works',
      access: 'public',
      answers: {
        200: { description: 'The exchange works; degraded, if its status says so.', schema: healthSchema },
        503: { description: 'The exchange does not work.', schema: healthSchema },
      },
      problems: [],
      handle: getHealth,
    },
    {
      method: 'GET',
      path: '/metrics',
      name: 'getMetrics',
      summary: 'Metrics in the Prometheus text format',
      access: 'public',
      answers: { 200: { description: 'The metrics.', contentType: 'text/plain' } },
      problems: ['not_found'],
      details: { not_found: NO_METRICS },
      handle: getMetrics,
    },
    {
      method: 'GET',
      path: '/openapi.json',
      name: 'getOpenApi',
      summary: 'Get the OpenAPI document',
      access: 'public',
      answers: { 200: { description: 'OpenAPI 3.1.', contentType: 'application/json' } },
      problems: [],
      handle: ({ ports }) => {
        let document = documents.get(ports)
        if (document === undefined) {
          document = JSON.stringify(openApiDocument(routes().filter((route) => isServed(route, ports))))
          documents.set(ports, document)
        }
        return { status: 200, body: document, contentType: 'application/json' }
      },
    },
    {
      method: 'GET',
      path: '/docs',
      name: 'getDocs',
      summary: 'Read the documentation of the API',
      access: 'public',
      answers: { 200: { description: 'A page.', contentType: 'text/html' } },
      problems: [],
      handle: ({ ports }) => html(ports.docsAsset === undefined ? routesPage(routes()) : swaggerPage),
    },
    {
      method: 'GET',
      path: '/docs/{file}',
      name: 'getDocsFile',
      summary: 'The page docs/problems, and the files that /docs loads',
      access: 'public',
      answers: { 200: { description: 'A page, script, style sheet or icon.', contentType: '*/*' } },
      problems: ['not_found'],
      details: { not_found: NO_FILE },
      handle: getDocsFile,
    },
    {
      method: 'GET',
      path: '/',
      name: 'getRoot',
      summary: 'Redirect to /docs',
      access: 'public',
      answers: { 302: { description: 'A redirect to /docs.', headers: ['Location'] } },
      problems: [],
      handle: () => ({ status: 302, body: '', contentType: HTML, headers: { Location: 'docs' } }),
    },
  ]
}

const isServed = ({ path }: Route, ports: Call['ports']): boolean =>
  path !== '/metrics' || ports.metricsText !== undefined

const html = (body: string): Answer => ({ status: 200, body, contentType: HTML, headers: HTML_HEADERS })

async function getHealth({ ports }: Call): Promise<Answer> {
  const health = await ports.health()
  return { status: health.status === 'failing' ? 503 : 200, body: health }
}

async function getMetrics({ ports }: Call): Promise<RouteResult> {
  if (ports.metricsText === undefined) return new Rejection('not_found', NO_METRICS)
  const { contentType, body } = await ports.metricsText()
  return { status: 200, body, contentType }
}

function getDocsFile({ ports, http }: Call): RouteResult {
  const file = http.param('file')
  // It has no route of its own: with a second route under /docs, hono could not use its fast router.
  if (file === 'problems') return html(problemsPage)
  if (file === 'style.css') {
    return { status: 200, body: STYLE_SHEET, contentType: 'text/css; charset=utf-8', headers: DAY }
  }
  if (ports.docsAsset !== undefined) {
    if (file === 'start.js') {
      return { status: 200, body: START_SCRIPT, contentType: 'text/javascript; charset=utf-8', headers: DAY }
    }
    const asset = SWAGGER_FILES.includes(file) ? ports.docsAsset(file) : undefined
    if (asset !== undefined) return { status: 200, ...asset, headers: DAY }
  }
  return new Rejection('not_found', NO_FILE)
}
