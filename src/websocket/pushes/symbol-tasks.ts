/** The symbols of a round: their records, and who follows them. */

import type { Follower } from '../../ports/connections.ts'
import type { EventRecord, JoinRecord, SymbolEvents } from '../../ports/event-record.ts'
import { inParallel } from '../../ports/in-parallel.ts'
import { PUSH_READS_IN_FLIGHT_MAX } from '../../protocol/limits.ts'
import type { PushPorts } from './push-ports.ts'
import { type FollowedTopic, followedTopics, type RoundEvents, roundEvents } from './symbol-round.ts'

export interface SymbolTask {
  readonly symbol: string
  readonly events: RoundEvents | undefined
  readonly followers: readonly Follower[]
  readonly followed: ReadonlyMap<string, FollowedTopic>
  /** Whether somebody follows a topic without asking for a snapshot now. */
  readonly hasStayed: boolean
}

/** `behind`: symbols besides those of the records. A symbol whose followers cannot be read is left out. */
export async function readSymbolTasks(
  records: readonly EventRecord[],
  behind: readonly string[],
  { connections }: Pick<PushPorts, 'connections'>,
  onFailed: (symbol: string, cause: unknown) => void,
): Promise<SymbolTask[]> {
  const symbols = new Set([...records.map(({ symbol }) => symbol), ...behind])
  const tasks: SymbolTask[] = []
  await inParallel(symbols, PUSH_READS_IN_FLIGHT_MAX, async (symbol) => {
    const own = records.filter((record) => record.symbol === symbol)
    try {
      tasks.push(taskOf(symbol, own, await connections.followersOfSymbol(symbol)))
    } catch (cause) {
      onFailed(symbol, cause)
    }
  })
  return tasks
}

function taskOf(symbol: string, records: readonly EventRecord[], followers: readonly Follower[]): SymbolTask {
  const joins = records.filter((record): record is JoinRecord => record.kind === 'join')
  const events = roundEvents(records.filter((record): record is SymbolEvents => record.kind === 'events'))
  const followed = followedTopics(followers, joins)
  const hasStayed = [...followed.values()].some(({ followers, joining }) =>
    [...followers].some((connectionId) => !joining.has(connectionId)),
  )
  return { symbol, events, followers, followed, hasStayed }
}
