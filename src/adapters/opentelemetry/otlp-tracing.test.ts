import { type ReadableSpan, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base'
import { expect, test } from 'vitest'
import { readTraceparent } from '../../protocol/traceparent.ts'
import { openTracing, reporting, tracingTo, wantsTraces } from './otlp-tracing.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const REQUEST = { method: 'POST', route: '/orders', requestId: 'r-1' }

async function traced() {
  const spans: ReadableSpan[] = []
  const exporter: SpanExporter = {
    export: (some, done) => {
      spans.push(...some)
      done({ code: 0 })
    },
    shutdown: async () => {},
  }
  return { spans, tracing: await tracingTo(new SimpleSpanProcessor(exporter), '1.2.3') }
}

test('a request and its stages are spans of the trace of the client', async () => {
  const { spans, tracing } = await traced()
  let parent = ''
  await tracing.request({ ...REQUEST, traceparent: `00-${TRACE}-${SPAN}-01` }, async () => {
    await Promise.resolve()
    parent = tracing.current() ?? ''
    return { status: 202 }
  })
  expect(tracing.current()).toBeUndefined()
  tracing.record([{ parent, name: 'match', startMs: 1_700_000_000_000.25, endMs: 1_700_000_000_001.5 }])
  const [request, match] = spans
  expect([request.name, request.spanContext().traceId, request.parentSpanContext?.spanId]).toEqual([
    'POST /orders',
    TRACE,
    SPAN,
  ])
  expect(request.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/orders',
    'exchange.request_id': 'r-1',
    'http.response.status_code': 202,
  })
  expect([match.name, match.spanContext().traceId, match.parentSpanContext?.spanId]).toEqual([
    'match',
    TRACE,
    request.spanContext().spanId,
  ])
  expect([match.startTime, match.endTime]).toEqual([
    [1_700_000_000, 250_000],
    [1_700_000_000, 1_500_000],
  ])
  expect(match.resource.attributes).toMatchObject({ 'service.name': 'bidding-exchange', 'service.version': '1.2.3' })
})

test('a header that is not valid begins a trace', async () => {
  const { spans, tracing } = await traced()
  await tracing.request({ ...REQUEST, traceparent: 'nonsense' }, async () => {
    expect(readTraceparent(tracing.current())?.isSampled).toBe(true)
    return { status: 200 }
  })
  expect(spans[0].parentSpanContext).toBeUndefined()
})

test('a client that does not sample its trace has no spans here', async () => {
  const { spans, tracing } = await traced()
  await tracing.request({ ...REQUEST, traceparent: `00-${TRACE}-${SPAN}-00` }, async () => {
    expect(tracing.current()).toBeUndefined()
    return { status: 200 }
  })
  expect(spans).toEqual([])
})

test.each([
  [202, 0],
  [422, 0],
  [503, 2],
])('status %i has the span status %i', async (status, code) => {
  const { spans, tracing } = await traced()
  await tracing.request({ ...REQUEST, traceparent: null }, async () => ({ status }))
  expect(spans[0].status.code).toBe(code)
})

test('requests side by side have their own spans', async () => {
  const { tracing } = await traced()
  const seen = await Promise.all(
    Array.from({ length: 20 }, async () => {
      let own: string | undefined
      await tracing.request({ ...REQUEST, traceparent: null }, async () => {
        await new Promise(setImmediate)
        own = tracing.current()
        return { status: 200 }
      })
      return own
    }),
  )
  expect(new Set(seen).size).toBe(20)
})

test.each([
  [{}, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }, true],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_EXPORTER: 'none' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' }, false],
])('the environment %j asks for traces: %s', (env, wanted) => {
  expect(wantsTraces(env)).toBe(wanted)
})

test('nothing is traced without a receiver', async () => {
  expect(await openTracing({}, '1.2.3', () => {})).toBeUndefined()
})

test('a receiver that takes no spans is reported once, and the SDK hears each result', () => {
  const reported: string[] = []
  const results: number[] = []
  const exporter = reporting(
    {
      export: (_, done) => done({ code: 1, error: new Error('connect ECONNREFUSED 127.0.0.1:9') }),
      shutdown: async () => {},
    },
    (error) => reported.push(error),
  )
  for (let i = 0; i < 3; i++) exporter.export([], ({ code }) => results.push(code))
  expect(reported).toEqual(['connect ECONNREFUSED 127.0.0.1:9'])
  expect(results).toEqual([1, 1, 1])
})
