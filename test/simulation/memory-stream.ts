/** The order stream in memory, as a matcher reads it again: shards in order, in pages of three records. */

import type { RecordStream, ShardRecord } from '../../src/ports/record-stream.ts'

export interface StreamShard {
  readonly name: string
  readonly records: readonly ShardRecord[]
  readonly parent?: string | undefined
}

const PAGE = 3

/** `visit` is called before each page. */
export function memoryStream(
  shards: () => readonly StreamShard[],
  visit: (label: string) => Promise<void> = async () => {},
): RecordStream {
  return {
    async *read(symbols, after, upTo) {
      for (const { records } of shards()) {
        const later = records.filter(({ position }) => position > after)
        for (let i = 0; i < later.length; i += PAGE) {
          await visit('stream read')
          const page = later.slice(i, i + PAGE)
          const through = page[page.length - 1].position
          const held = symbols.filter((symbol) => records.some((record) => record.symbol === symbol))
          const wanted = page.filter(({ symbol, position }) => symbols.includes(symbol) && position <= upTo)
          const isLast = through >= upTo
          yield { records: wanted, symbols: held, through: isLast ? upTo : through }
          if (isLast) break
        }
      }
    },
    async *follow(shardId, after) {
      const records = shards().find(({ name }) => name === shardId)?.records ?? []
      const from = after === undefined ? 0 : records.findIndex(({ position }) => position === after) + 1
      let isContinuous = after === undefined || from > 0
      for (let i = from; i < records.length || !isContinuous; i += PAGE) {
        await visit('stream check')
        yield { records: records.slice(i, i + PAGE), isContinuous }
        isContinuous = true
      }
    },
    async parentsOf(shardId) {
      const parent = shards().find(({ name }) => name === shardId)?.parent
      return parent === undefined ? [] : [parent]
    },
  }
}

/** A stream of one shard. */
export const memoryShard = (records: readonly ShardRecord[]): RecordStream =>
  memoryStream(() => [{ name: 'shard', records }])
