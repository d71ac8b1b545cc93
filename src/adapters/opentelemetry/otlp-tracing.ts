/**
 * Traces that are sent by OTLP over HTTP (protobuf), if the environment variables of OpenTelemetry name a receiver. Then
 * the SDK is loaded, and it reads its other variables itself: sampler, batches, headers, attributes of the service.
 * Otherwise nothing is loaded, and nothing is traced.
 *
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context, Span } from '@opentelemetry/api'
import type { BasicTracerProvider, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { TracedStage, Tracing } from '../../ports/tracing.ts'
import { readTraceparent, writeTraceparent } from '../../protocol/traceparent.ts'

type Environment = Readonly<Record<string, string | undefined>>

const SERVICE = 'bidding-exchange'
/** A request has failed by a fault of the exchange. */
const FAULT_STATUS = 500

/** Whether the environment asks for traces. */
export function wantsTraces(env: Environment): boolean {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false
  if (env.OTEL_TRACES_EXPORTER !== undefined && env.OTEL_TRACES_EXPORTER !== 'otlp') return false
  return (
    (env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '') !== '' ||
    (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? '') !== '' ||
    env.OTEL_TRACES_EXPORTER === 'otlp'
  )
}

/** Between two reports that the receiver takes no spans. */
const REPORTED_EVERY_MS = 60_000

/**
 * undefined: the environment does not ask for traces. `version`: of the program. `onFailed`: the receiver has not taken
 * spans; at most once a minute.
 */
export async function openTracing(
  env: Environment,
  version: string,
  onFailed: (error: string) => void,
): Promise<Tracing | undefined> {
  if (!wantsTraces(env)) return undefined
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto')
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base')
  return tracingTo(new BatchSpanProcessor(reporting(new OTLPTraceExporter(), onFailed)), version)
}

/** The exporter, with a report of failures: the SDK drops the spans and says nothing. */
export function reporting(exporter: SpanExporter, onFailed: (error: string) => void): SpanExporter {
  let reportedMs = Number.NEGATIVE_INFINITY
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const nowMs = performance.now()
        if (result.code !== 0 && nowMs - reportedMs >= REPORTED_EVERY_MS) {
          reportedMs = nowMs
          onFailed(result.error?.message || 'the receiver gave no reason')
        }
        done(result)
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}

/** Traces that a processor receives. */
export async function tracingTo(processor: SpanProcessor, version: string): Promise<Tracing> {
  const api = await import('@opentelemetry/api')
  const { BasicTracerProvider } = await import('@opentelemetry/sdk-trace-base')
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } = await import(
    '@opentelemetry/resources'
  )
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': SERVICE, 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }))
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] })
  return new SpanTracing(api, provider, version)
}

class SpanTracing implements Tracing {
  private readonly api: typeof import('@opentelemetry/api')
  private readonly provider: BasicTracerProvider
  private readonly tracer: ReturnType<BasicTracerProvider['getTracer']>
  private readonly present = new AsyncLocalStorage<Span>()

  constructor(api: typeof import('@opentelemetry/api'), provider: BasicTracerProvider, version: string) {
    this.api = api
    this.provider = provider
    this.tracer = provider.getTracer(SERVICE, version)
  }

  request: Tracing['request'] = async (request, answer) => {
    const { SpanKind, SpanStatusCode } = this.api
    const attributes = {
      'http.request.method': request.method,
      'http.route': request.route,
      'exchange.request_id': request.requestId,
    }
    const name = `${request.method} ${request.route}`
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, this.below(request.traceparent))
    try {
      const answered = await this.present.run(span, answer)
      span.setAttribute('http.response.status_code', answered.status)
      if (answered.status >= FAULT_STATUS) span.setStatus({ code: SpanStatusCode.ERROR })
      return answered
    } finally {
      span.end()
    }
  }

  current(): string | undefined {
    const span = this.present.getStore()
    if (span === undefined || !span.isRecording()) return undefined
    const { traceId, spanId } = span.spanContext()
    return writeTraceparent({ traceId, spanId, isSampled: true })
  }

  record(stages: readonly TracedStage[]): void {
    for (const { parent, name, startMs, endMs, attributes = {} } of stages) {
      this.tracer.startSpan(name, { startTime: startMs, attributes }, this.below(parent)).end(endMs)
    }
  }

  async close(): Promise<void> {
    // A receiver that is gone is reported by the SDK, and must not fail the stop of the exchange.
    await this.provider.shutdown().catch(() => {})
  }

  /** The context of a span of another process or thread; without one a trace begins. */
  private below(traceparent: string | null): Context {
    const { ROOT_CONTEXT, trace } = this.api
    const parent = readTraceparent(traceparent)
    if (parent === undefined) return ROOT_CONTEXT
    const { traceId, spanId, isSampled } = parent
    return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: isSampled ? 1 : 0, isRemote: true })
  }
}
