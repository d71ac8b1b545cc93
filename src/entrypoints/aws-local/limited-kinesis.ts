/**
 * A front of the Kinesis emulator that keeps the service's limits of reads. It passes every call on, and refuses a read
 * of a shard as the service does. An iterator does not say which shard it reads, so the front remembers the iterators
 * that the emulator has given out.
 */

import { Agent, createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { bytesOf, listen, type Running } from './loopback.ts'
import { ShardReadLimits } from './shard-read-limits.ts'

export interface LimitedKinesis extends Running {
  /** Reads that were refused so far. */
  readonly refusals: () => number
  /** Refuses all reads of all shards for a while. */
  refuseReads(durationMs: number): void
}

/** A reader uses an iterator once, so the oldest are not used again. */
const ITERATORS_MAX = 20_000
const TARGET = 'Kinesis_20131202.'
const CONTENT_TYPE = 'application/x-amz-json-1.1'
const REFUSAL = { __type: 'ProvisionedThroughputExceededException', message: 'Rate exceeded for shard' }

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** `url`: the emulator. */
export async function startLimitedKinesis(url: string): Promise<LimitedKinesis> {
  const agent = new Agent({ keepAlive: true })
  const reads = new LimitedReads()
  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const body = await bytesOf(request)
    const operation = String(request.headers['x-amz-target'] ?? '').replace(TARGET, '')
    if (operation !== 'GetRecords' && operation !== 'GetShardIterator') return pass(url, agent, request, body)
    const input = JSON.parse(body.toString('utf8'))
    const isRead = operation === 'GetRecords'
    if (isRead && !reads.admit(input.ShardIterator, Date.now())) {
      return { status: 400, headers: { 'content-type': CONTENT_TYPE }, body: Buffer.from(JSON.stringify(REFUSAL)) }
    }
    const answer = await pass(url, agent, request, body)
    if (answer.status !== 200) return answer
    const output = JSON.parse(answer.body.toString('utf8'))
    if (isRead) reads.answered(input.ShardIterator, output, Date.now())
    else reads.given(output.ShardIterator, `${input.StreamName}/${input.ShardId}`)
    return answer
  }
  const server = createServer((request, response) => {
    answerTo(request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      () => response.destroy(),
    )
  })
  const running = await listen(server)
  return {
    url: running.url,
    refusals: () => reads.refusals,
    refuseReads: (durationMs) => reads.refuse(Date.now() + durationMs),
    close: async () => {
      await running.close()
      agent.destroy()
    },
  }
}

/** The limits of each shard, found by the iterators of its readers. */
class LimitedReads {
  refusals = 0
  private readonly limits = new Map<string, ShardReadLimits>()
  /** The shard of each iterator. */
  private readonly shards = new Map<string, string>()
  private refusedUntilMs = 0

  refuse(untilMs: number): void {
    this.refusedUntilMs = untilMs
  }

  admit(iterator: string, nowMs: number): boolean {
    if (nowMs >= this.refusedUntilMs && this.of(iterator)?.admit(nowMs) !== false) return true
    this.refusals++
    return false
  }

  answered(
    iterator: string,
    { Records, NextShardIterator }: { Records: { Data: string }[]; NextShardIterator?: string },
    nowMs: number,
  ): void {
    const bytes = Records.reduce((sum, { Data }) => sum + Buffer.byteLength(Data, 'base64'), 0)
    this.of(iterator)?.answered(nowMs, bytes)
    const shard = this.shards.get(iterator)
    if (NextShardIterator !== undefined && shard !== undefined) this.given(NextShardIterator, shard)
  }

  given(iterator: string, shard: string): void {
    this.shards.set(iterator, shard)
    if (this.shards.size > ITERATORS_MAX) this.shards.delete(this.shards.keys().next().value as string)
  }

  private of(iterator: string): ShardReadLimits | undefined {
    const shard = this.shards.get(iterator)
    if (shard === undefined) return undefined
    const limits = this.limits.get(shard) ?? new ShardReadLimits()
    this.limits.set(shard, limits)
    return limits
  }
}

function pass(url: string, agent: Agent, { url: path, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const options = { agent, hostname, port, path: path ?? '/', method: 'POST', headers }
    const outgoing = httpRequest(options, (answer) => {
      const { statusCode = 500 } = answer
      bytesOf(answer).then((bytes) => resolve({ status: statusCode, headers: answer.headers, body: bytes }), reject)
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}
