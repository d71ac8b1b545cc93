/**
 * The exchange of one machine, which is given the commands of an order stream: real order log, real store, the times of
 * the records. What it makes of them is what the AWS runtime must have made of them. It admits commands as it does for
 * its own clients, so it answers an order that is in the stream twice with the first one.
 */

import { rmSync } from 'node:fs'
import { openDataDirectory } from '../../src/adapters/embedded/data-directory.ts'
import { OrderLog } from '../../src/adapters/embedded/log/order-log.ts'
import { RecordStore } from '../../src/adapters/embedded/records/record-store.ts'
import { SnapshotFiles } from '../../src/adapters/embedded/snapshot-files.ts'
import { hashBook } from '../../src/engine/state-hash.ts'
import { Exchange } from '../../src/exchange.ts'
import { UNBOUNDED } from '../../src/ports/capacity.ts'
import type { BookState } from '../../src/protocol/book-state.ts'
import { decodeCommand } from '../../src/protocol/command/codec.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import type { ListedInstrument } from '../../src/protocol/instrument/instrument-directory.ts'
import { VIEW_LEVELS } from '../../src/protocol/limits.ts'
import type { OrderRecord, TradeRecord } from '../../src/protocol/records.ts'
import { recover } from '../../src/recovery/recover.ts'
import type { StreamLine } from '../aws/stored-exchange.ts'

/** What waits in memory until it is committed to the store. */
const EVENTS_PER_COMMIT = 5_000

export interface EmbeddedTwin {
  readonly counts: { readonly orders: number; readonly trades: number }
  /** Lines that entered twice, so that the second was answered with the first. */
  readonly repeated: number
  readonly instruments: ReadonlyMap<string, ListedInstrument>
  find(account: string, orderId: string): OrderRecord | undefined
  trades(symbol: string): TradeRecord[]
  book(symbol: string): BookState
  bookHash(symbol: string): string | undefined
  close(): Promise<void>
}

/** `directory` is made, and is removed by `close`. Throws if the exchange refuses a command of the stream. */
export async function embeddedTwin(directory: string, lines: readonly StreamLine[]): Promise<EmbeddedTwin> {
  const paths = openDataDirectory(directory)
  let nowMs = 0
  const stream = new OrderLog({
    directory: paths.log,
    nowMs: () => nowMs,
    onRecord: (record) => exchange.onDurable(record),
    onFailed: (cause) => {
      throw cause
    },
  })
  const store = new RecordStore(paths.records, 'write')
  store.loadIds()
  const recovery = await recover(stream, store, new SnapshotFiles(paths.snapshots))
  const exchange = new Exchange(recovery, {
    stream,
    store,
    snapshots: new SnapshotFiles(paths.snapshots),
    capacity: UNBOUNDED,
    nowMs: () => nowMs,
    // Only the records of the stream pass the time.
    later: () => () => {},
    onTrouble: (what, cause) => {
      throw new Error(what, { cause })
    },
  })
  let repeated = 0
  for (const { timestampMs, texts } of byArrival(lines)) {
    nowMs = timestampMs
    for (const some of definedFirst(texts)) {
      const commands = some.map((text) => decodeCommand(text, exchange.instruments))
      const receipts = await exchange.submit(commands, Buffer.from(some.map((text) => `${text}\n`).join('')), [])
      receipts.forEach(({ kind }, i) => {
        if (kind === 'repeated') repeated++
        else if (kind !== 'accepted') throw new Error(`the embedded exchange answers ${kind} to ${some[i]}`)
      })
    }
    if (exchange.counts().uncommittedEvents > EVENTS_PER_COMMIT) await exchange.commit()
  }
  await exchange.commit()
  const { matcher } = recovery.state
  return {
    counts: countsOf(store, matcher.openOrderCount),
    repeated,
    instruments: exchange.instruments,
    find: (account, orderId) => exchange.find(account, orderId),
    trades: (symbol) =>
      Array.from({ length: matcher.symbols.get(symbol)?.tradeNumber ?? 0 }, (_, i) =>
        store.findTrade(symbol, i + 1),
      ).filter((trade) => trade !== undefined),
    book: (symbol) => exchange.book(symbol, VIEW_LEVELS),
    bookHash: (symbol) => {
      const one = matcher.symbols.get(symbol)
      return one && hashBook(one.book)
    },
    close: async () => {
      await stream.close()
      await exchange.close(() => 0)
      await store.close()
      paths.release()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** The store has closed orders only; open ones are in memory. */
function countsOf(store: RecordStore, openOrders: number) {
  const { orders, trades } = store.count()
  return { orders: orders + openOrders, trades }
}

/**
 * All lines in the order of their arrival, and those of one symbol in the order of the stream. The time of a symbol
 * never goes back, whatever the clock of a shard says.
 */
function byArrival(lines: readonly StreamLine[]): { timestampMs: number; texts: string[] }[] {
  const latest = new Map<string, number>()
  const timed = lines.map(({ key, arrivedAtMs, text }) => {
    const timestampMs = Math.max(arrivedAtMs, latest.get(key) ?? 0)
    latest.set(key, timestampMs)
    return { timestampMs, text }
  })
  timed.sort((a, b) => a.timestampMs - b.timestampMs)
  const groups: { timestampMs: number; texts: string[] }[] = []
  for (const { timestampMs, text } of timed) {
    const last = groups.at(-1)
    if (last?.timestampMs === timestampMs) last.texts.push(text)
    else groups.push({ timestampMs, texts: [text] })
  }
  return groups
}

/** A command can be read only when its instrument is defined, so each definition is a group of its own. */
function definedFirst(texts: readonly string[]): string[][] {
  const groups: string[][] = [[]]
  for (const text of texts) {
    if (isDefinition(text)) groups.push([text], [])
    else groups[groups.length - 1].push(text)
  }
  return groups.filter((group) => group.length > 0)
}

const isDefinition = (text: string): boolean =>
  text.includes(`"kind":"${'DefineInstrument' satisfies Command['kind']}"`)
