/** Heartbeats, and the end of a run: everything that is in the stream is matched and published. */

import { DynamoMarks } from '../../src/adapters/aws/dynamodb-marks.ts'
import { positionOf } from '../../src/adapters/aws/kinesis-positions.ts'
import { STREAMS, TABLES } from '../../src/adapters/aws/resources.ts'
import type { LocalStack } from '../../src/entrypoints/aws-local/local-stack.ts'
import { linesOf } from '../aws/stored-exchange.ts'
import { pause } from './chaos-world.ts'

interface OfStack {
  readonly stack: LocalStack
}

export const HEARTBEAT_MS = 2_000
const SETTLE_MS = 240_000

/** Orders expire in a quiet market, and a symbol that waits gets its turn. */
export function beat({ stack }: OfStack): Promise<unknown> {
  return stack.ingest.invoke({ heartbeat: true }).catch(() => {})
}

/**
 * Waits until each symbol is published up to its last record and has no state. Returns the lines of the stream, and what
 * is not done after some minutes.
 */
export async function settled(world: OfStack, symbols: readonly string[]) {
  const { stack } = world
  const marks = new DynamoMarks(stack.dynamodb, TABLES.positions.name)
  const deadlineMs = Date.now() + SETTLE_MS
  for (;;) {
    await beat(world)
    const lines = await linesOf(stack.kinesis, STREAMS.orders.name)
    const ends = new Map(lines.map(({ key, sequenceNumber }) => [key, positionOf(sequenceNumber)]))
    const beatMs = Date.now() + HEARTBEAT_MS
    let unsettled: string[] = []
    do {
      const stored = await marks.marks(symbols)
      unsettled = symbols.flatMap((symbol) => {
        const { position, state } = stored.get(symbol) ?? {}
        if (state !== undefined) return [`${symbol} is ${state.kind}: ${state.reason}`]
        return position === ends.get(symbol) ? [] : [`${symbol} is matched up to ${position} of ${ends.get(symbol)}`]
      })
      if (unsettled.length === 0) return { lines, unsettled }
      await pause(100)
    } while (Date.now() < beatMs)
    if (Date.now() > deadlineMs) return { lines, unsettled }
  }
}
