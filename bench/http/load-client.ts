/** Load by autocannon: keep-alive connections with one request in flight on each. Each request has its own body. */

import autocannon from 'autocannon'

export interface Load {
  readonly port: number
  readonly path: string
  readonly connections: number
  readonly seconds: number
  /** The body of request `n`. */
  readonly body: (n: number) => string
}

export interface LoadResult {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Runs the load. Throws if a request fails or its answer is not a 2xx. */
export async function runLoad({ port, path, connections, seconds, body }: Load): Promise<LoadResult> {
  let n = 0
  const result = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json' },
        setupRequest: (request) => ({ ...request, body: body(n++) }),
      },
    ],
  })
  if (result.errors > 0 || result.non2xx > 0) throw new Error(`${result.errors} errors, ${result.non2xx} not 2xx`)
  const { p50, p99 } = result.latency
  return { requestsPerSecond: result['2xx'] / result.duration, p50Ms: p50, p99Ms: p99 }
}
