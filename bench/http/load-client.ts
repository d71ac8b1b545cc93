/**
 * A lean load generator: keep-alive connections over raw sockets, one request in flight on each, and
 * the latency of every answer. A general HTTP client would take more of the machine than the server
 * it measures.
 */

import { connect, type Socket } from 'node:net'

export interface Load {
  readonly port: number
  readonly connections: number
  readonly seconds: number
  /** The bytes of request `n`. */
  readonly request: (n: number) => Buffer
  /** The status every answer must have. */
  readonly status: number
}

export interface LoadResult {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Runs the load; throws if an answer has another status. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const latencies: number[] = []
  const expected = `HTTP/1.1 ${load.status}`
  const startedAt = performance.now()
  const endsAt = startedAt + load.seconds * 1000
  let n = 0
  await Promise.all(
    Array.from({ length: load.connections }, () =>
      drive(load.port, expected, endsAt, latencies, () => load.request(n++)),
    ),
  )
  const elapsedSeconds = (performance.now() - startedAt) / 1000
  latencies.sort((a, b) => a - b)
  const quantile = (q: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))]
  return { requestsPerSecond: latencies.length / elapsedSeconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
}

function drive(port: number, expected: string, endsAt: number, latencies: number[], next: () => Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1')
    let sentAt = 0
    let answer = ''
    const send = () => {
      sentAt = performance.now()
      socket.write(next())
    }
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.once('connect', send)
    socket.once('error', reject)
    socket.on('data', (chunk: string) => {
      answer += chunk
      if (!isWhole(answer)) return
      const now = performance.now()
      latencies.push(now - sentAt)
      if (!answer.startsWith(expected)) {
        socket.destroy()
        reject(new Error(`expected ${expected}, got ${answer.slice(0, 300)}`))
        return
      }
      answer = ''
      if (now < endsAt) send()
      else socket.end(resolve)
    })
  })
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer)
  if (length !== null) return answer.length >= end + 4 + Number(length[1])
  return answer.endsWith('0\r\n\r\n')
}
