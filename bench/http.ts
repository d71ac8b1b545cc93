/**
 * `npm run bench -- http`: orders over HTTP, durable and matched, compared with a bare server that parses the same body
 * with the same validator and responds at once. Rounds are interleaved, and medians are printed.
 */

import { runLoad } from './http/load-client.ts'
import { batchJson, orderJson } from './http/orders.ts'
import { type ServerProcess, startBareServer, startExchange } from './http/servers.ts'

const CONNECTIONS = 64
const BATCH_CONNECTIONS = 4
const BATCH_ORDERS = 500
/** Bodies are made before the measurement, so that the client takes less time from the server. */
const BATCHES_PREPARED = 2_000
/** The first round does not count. It is this many times longer, so that both servers then run compiled code. */
const WARM_UP = 2

export interface HttpBenchOptions {
  readonly rounds: number
  readonly seconds: number
}

export interface HttpRow {
  readonly what: string
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export async function benchHttp({ rounds, seconds }: HttpBenchOptions): Promise<HttpRow[]> {
  const results = new Map<string, HttpRow[]>()
  const note = (row: HttpRow) => results.set(row.what, [...(results.get(row.what) ?? []), row])
  const [bare, exchange] = await Promise.all([startBareServer(), startExchange()])
  try {
    for (let round = 0; round <= rounds; round++) {
      const servers: [string, ServerProcess][] = [
        ['bare server', bare],
        ['POST /orders', exchange],
      ]
      for (const [what, server] of servers) {
        const run = `r${round}`
        const result = await runLoad({
          port: server.port,
          path: '/orders',
          connections: CONNECTIONS,
          seconds: round === 0 ? seconds * WARM_UP : seconds,
          body: (n) => orderJson(run, n),
        })
        // Round 0 warms up.
        if (round > 0) note({ what, perSecond: result.requestsPerSecond, p50Ms: result.p50Ms, p99Ms: result.p99Ms })
      }
    }
    for (let round = 0; round <= rounds; round++) {
      const bodies = Array.from({ length: BATCHES_PREPARED }, (_, n) => batchJson(`b${round}`, n, BATCH_ORDERS))
      const result = await runLoad({
        port: exchange.port,
        path: '/orders/batch',
        connections: BATCH_CONNECTIONS,
        seconds,
        body: (n) => bodies[n % BATCHES_PREPARED],
      })
      const { requestsPerSecond, p50Ms, p99Ms } = result
      if (round > 0) note({ what: 'orders in batches', perSecond: requestsPerSecond * BATCH_ORDERS, p50Ms, p99Ms })
    }
  } finally {
    await Promise.all([bare.stop(), exchange.stop()])
  }
  return [...results.values()].map((rows) => ({
    what: rows[0].what,
    perSecond: Math.round(median(rows.map((row) => row.perSecond))),
    p50Ms: median(rows.map((row) => row.p50Ms)),
    p99Ms: median(rows.map((row) => row.p99Ms)),
  }))
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
