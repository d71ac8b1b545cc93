/**
 * Traces of requests. A request has a span, and each stage of its work on another thread is a span below it. The thread
 * that did a stage has measured it, so only its times are sent.
 */

/** A stage of the work for a request. Times: milliseconds since 1970, with fractions. */
export interface TracedStage {
  /** The span of the request, as `traceparent`. */
  readonly parent: string
  readonly name: string
  readonly startMs: number
  readonly endMs: number
  readonly attributes?: Readonly<Record<string, string | number>>
}

export interface TracedRequest {
  readonly method: string
  /** The template of the path. */
  readonly route: string
  readonly requestId: string
  /** Of the client. */
  readonly traceparent: string | null
}

export interface Tracing {
  /** Answers a request in a span, which has the status of the answer. */
  request<T extends { readonly status: number }>(request: TracedRequest, answer: () => Promise<T>): Promise<T>
  /** The span of the present request as `traceparent`. undefined: it is not recorded. */
  current(): string | undefined
  record(stages: readonly TracedStage[]): void
  /** Sends what is left. Resolves also if it cannot be sent. */
  close(): Promise<void>
}
