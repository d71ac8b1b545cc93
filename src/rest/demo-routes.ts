/** The routes of the demo market: everybody may see whether it runs, operators start and stop it. */

import { shaped } from '../api/body-shape.ts'
import type { ProblemCode } from '../api/problems.ts'
import { formatTimestamp } from '../entry/timestamps.ts'
import { readJsonBody } from '../http/request-body.ts'
import type { DemoRefusal, DemoStatus } from '../ports/demo-market.ts'
import { ORDER_BODY_BYTES_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { demoMarketSchema } from './answer-schemas.ts'
import { startDemoBody } from './request-schemas.ts'
import type { RestPorts } from './rest-ports.ts'
import type { Call, Route, RouteResult } from './route.ts'

const NO_DEMO = 'This exchange offers no demo market.'

const SHARED = {
  path: '/demo-market',
  offered: ({ demoMarket }: RestPorts) => demoMarket !== undefined,
  details: { not_found: NO_DEMO },
} as const

export const demoRoutes: readonly Route[] = [
  {
    ...SHARED,
    method: 'GET',
    name: 'getDemoMarket',
    summary: 'Whether the demo market runs',
    access: 'public',
    answers: { 200: { description: 'The demo market.', schema: demoMarketSchema } },
    problems: ['not_found'],
    handle: ({ ports: { demoMarket } }) => (demoMarket === undefined ? noDemo() : answer(demoMarket.status())),
  },
  {
    ...SHARED,
    method: 'POST',
    name: 'startDemoMarket',
    summary: 'Start the demo market: made-up orders under accounts of its own',
    access: 'operator',
    body: { schema: startDemoBody, bytesMax: ORDER_BODY_BYTES_MAX },
    answers: { 200: { description: 'It runs, and its first orders are in the book.', schema: demoMarketSchema } },
    problems: ['not_found', 'directory_has_orders', 'demo_market_running', 'instrument_closed'],
    handle: start,
  },
  {
    ...SHARED,
    method: 'DELETE',
    name: 'stopDemoMarket',
    summary: 'Stop the demo market and cancel its orders',
    access: 'operator',
    answers: { 200: { description: 'It does not run.', schema: demoMarketSchema } },
    problems: ['not_found'],
    handle: async ({ ports: { demoMarket } }) =>
      demoMarket === undefined ? noDemo() : answer(await demoMarket.stop()),
  },
]

const noDemo = (): Rejection<ProblemCode> => new Rejection('not_found', NO_DEMO)

const REFUSALS: Readonly<Record<DemoRefusal, readonly [code: ProblemCode, detail: string]>> = {
  not_empty: ['directory_has_orders', 'The exchange has orders, and no demo market ever ran in it.'],
  running: ['demo_market_running', 'It runs with another seed or rate. Stop it first.'],
  no_instrument: ['instrument_closed', 'No instrument is open.'],
}

async function start({ ports: { demoMarket }, http }: Call): Promise<RouteResult> {
  if (demoMarket === undefined) return noDemo()
  const body = shaped(startDemoBody, await readJsonBody(http.request, ORDER_BODY_BYTES_MAX))
  if (body instanceof Rejection) return body
  const { seed, rate, anyway = false } = body
  const settings = { ...(seed !== undefined && { seed }), ...(rate !== undefined && { rate }) }
  const started = await demoMarket.start(settings, anyway)
  return typeof started === 'string' ? new Rejection(...REFUSALS[started]) : answer(started)
}

function answer({ running, settings, run, startedAtMs, commands, rejected, failure }: DemoStatus): RouteResult {
  const startedAt = startedAtMs === undefined ? null : formatTimestamp(startedAtMs)
  return { status: 200, body: { running, ...settings, run, startedAt, commands, rejected, failure: failure ?? null } }
}
