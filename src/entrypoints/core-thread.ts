/**
 * The core thread of the embedded exchange: opens the data directory, recovers the books, and serves
 * the edge. Configuration and wiring only.
 */

import { appendFileSync } from 'node:fs'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { CoreStats, FromCore } from '../adapters/embedded/core-messages.ts'
import { CoreServer } from '../adapters/embedded/core-server.ts'
import { DirectoryInUse, openDataDirectory, UnusableDirectory } from '../adapters/embedded/data-directory.ts'
import { BadInstruments, instrumentsBySymbol, settleInstruments } from '../adapters/embedded/instrument-file.ts'
import { DamagedLog } from '../adapters/embedded/log-segments.ts'
import type { CoreOptions } from '../adapters/embedded/open-core.ts'
import { OrderLog } from '../adapters/embedded/order-log.ts'
import { RecordStore } from '../adapters/embedded/record-store.ts'
import { SnapshotFiles } from '../adapters/embedded/snapshot-files.ts'
import { Exchange } from '../exchange.ts'
import { recover } from '../matcher/recovery.ts'
import { StreamTruncated } from '../ports/order-stream.ts'

const options = workerData as CoreOptions
const edge = parentPort as MessagePort
const post = (message: FromCore): void => edge.postMessage(message)
const log = (level: 'info' | 'warn' | 'error', message: string, fields: object = {}): void =>
  post({ kind: 'log', level, message, fields })

async function open(): Promise<void> {
  const startedAt = performance.now()
  const directory = openDataDirectory(options.dataPath)
  const rows = settleInstruments(directory.path, options.instruments, options.instrumentsByDefault)
  const instruments = instrumentsBySymbol(rows)
  const store = new RecordStore(directory.records)
  const snapshots = new SnapshotFiles(directory.snapshots)
  const stream = new OrderLog({
    directory: directory.log,
    instruments,
    nowMs: Date.now,
    onRecord: (record) => exchange.onDurable(record),
    onMalformed: (line, cause) => {
      appendFileSync(directory.deadLetters, `${JSON.stringify({ error: cause.message, line })}\n`)
      log('error', 'a line of the order log is no command; kept as a dead letter', { error: cause.message })
    },
    onFailed: (cause) => post({ kind: 'failed', message: cause.message }),
  })
  const recovery = await recover(stream, store, snapshots)
  const exchange = new Exchange(recovery, {
    stream,
    store,
    snapshots,
    nowMs: Date.now,
    later: (delayMs, call) => {
      const timer = setTimeout(call, delayMs)
      return () => clearTimeout(timer)
    },
    onTrouble: (what, cause) => log('error', what, { error: String(cause) }),
  })

  const stats = (): CoreStats => {
    const { position, commandCount, eventCount, tradeCount, uncommitted, liveCount } = exchange.matcher
    return {
      position,
      commands: commandCount,
      events: eventCount,
      trades: tradeCount,
      liveOrders: liveCount,
      uncommittedEvents: uncommitted,
      syncs: stream.syncCount,
    }
  }
  const stop = async (): Promise<string> => {
    await stream.close()
    try {
      await exchange.close()
      return exchange.matcher.stateHash()
    } finally {
      await store.close()
      directory.release()
      setImmediate(() => edge.close())
    }
  }

  const server = new CoreServer({ exchange, store, instruments, stats, stop, post })
  edge.on('message', (message) => server.receive(message))
  post({
    kind: 'ready',
    summary: {
      dataPath: directory.path,
      instruments: rows,
      commands: exchange.matcher.commandCount,
      liveOrders: stats().liveOrders,
      replayedCommands: recovery.replayedCommands,
      tornBytes: stream.tornBytes,
      elapsedMs: Math.round(performance.now() - startedAt),
    },
  })
}

// For one failed commit LMDB rejects promises that nobody holds, besides the one it gave to be awaited.
process.on('unhandledRejection', (cause) => {
  if (!(cause instanceof Error && 'commitError' in cause)) throw cause
})

try {
  await open()
} catch (cause) {
  // What a user can mend is told; anything else is a fault of the program and keeps its trace.
  const known = [DirectoryInUse, UnusableDirectory, DamagedLog, StreamTruncated, BadInstruments].some(
    (kind) => cause instanceof kind,
  )
  if (!known || !(cause instanceof Error)) throw cause
  post({ kind: 'refused', name: cause.name, message: cause.message })
  edge.close()
}
