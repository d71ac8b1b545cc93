/**
 * The core thread of the embedded exchange: opens the data directory, recovers the books, and answers the edge.
 * Configuration and wiring only.
 */

import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { CoreStats, FromCore } from '../adapters/embedded/core-messages.ts'
import { CoreServer } from '../adapters/embedded/core-server.ts'
import { type DataDirectory, openDataDirectory, UnusableDirectory } from '../adapters/embedded/data-directory.ts'
import { DeadLetterFile } from '../adapters/embedded/dead-letter-file.ts'
import { DirectoryInUse } from '../adapters/embedded/directory-lock.ts'
import { DamagedLog } from '../adapters/embedded/log-segments.ts'
import type { CoreOptions } from '../adapters/embedded/open-core.ts'
import { OrderLog } from '../adapters/embedded/order-log.ts'
import { RecordStore } from '../adapters/embedded/record-store.ts'
import { SnapshotFiles } from '../adapters/embedded/snapshot-files.ts'
import { Exchange } from '../exchange.ts'
import { StreamTruncated } from '../ports/order-stream.ts'
import { encodeCommand } from '../protocol/command/codec.ts'
import type { Command } from '../protocol/command/commands.ts'
import { UnknownCommand } from '../protocol/command/undecodable-line.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import type { InstrumentText } from '../protocol/instrument/instrument.ts'
import { RULES_NEWEST, UnknownVersion } from '../protocol/versions.ts'
import { recover } from '../recovery/recover.ts'

const options = workerData as CoreOptions
const edge = parentPort as MessagePort
const post = (message: FromCore): void => edge.postMessage(message)
const log = (level: 'info' | 'warn' | 'error', message: string, fields: object = {}): void =>
  post({ kind: 'log', level, message, fields })

async function open(): Promise<void> {
  const startedAt = performance.now()
  const directory = openDataDirectory(options.dataPath)
  if (directory.isOpenToOthers) {
    log('warn', `other users of this machine can read the data directory: chmod 700 ${directory.path}`)
  }
  try {
    await openIn(directory, startedAt)
  } catch (cause) {
    directory.release()
    throw cause
  }
}

/** Nothing is written before the versions of all stored bytes are checked. */
async function openIn(directory: DataDirectory, startedAt: number): Promise<void> {
  const deadLetters = new DeadLetterFile(directory.deadLetters)
  const stream = new OrderLog({
    directory: directory.log,
    nowMs: Date.now,
    onRecord: (record) => exchange.onDurable(record),
    onFailed: (cause) => post({ kind: 'failed', message: cause.message }),
  })
  const store = new RecordStore(directory.records)
  const snapshots = new SnapshotFiles(directory.snapshots)
  const recovery = await recover(stream, store, snapshots)
  for (const { position, error } of deadLetters.keep(recovery.malformed)) {
    log('error', 'a line of the order log is not a command; stored as a dead letter', { position, error })
  }
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
    onSymbolEvents: (batch) => post({ kind: 'symbolEvents', batch }),
    onEvents: (batch) => post({ kind: 'events', batch }),
  })

  const isNew = exchange.counts().commands === 0
  if (isNew) await seed(exchange, options.seed)

  const stats = (): CoreStats => ({ ...exchange.counts(), syncs: stream.syncCount })
  const stop = async (): Promise<string> => {
    await stream.close()
    try {
      await exchange.close()
      return exchange.stateHash()
    } finally {
      await store.close()
      directory.release()
      setImmediate(() => edge.close())
    }
  }

  const server = new CoreServer({ exchange, stats, stop, post })
  edge.on('message', (message) => server.receive(message))
  post({
    kind: 'ready',
    records: directory.records,
    summary: {
      dataPath: directory.path,
      isNew,
      instruments: [...exchange.instruments.values()],
      rules: exchange.counts().rules,
      commands: exchange.counts().commands,
      openOrders: exchange.counts().openOrders,
      replayedCommands: recovery.replayedCommands,
      tornBytes: stream.tornBytes,
      elapsedMs: Math.round(performance.now() - startedAt),
    },
  })
}

/** The first commands of a new exchange: the newest rules, and the definitions of its instruments. */
async function seed(exchange: Exchange, instruments: readonly InstrumentText[]): Promise<void> {
  const commands: Command[] = [
    { kind: 'AdoptRules', rules: RULES_NEWEST },
    ...instruments.map((instrument) => ({ kind: 'DefineInstrument', ...instrument }) as const),
  ]
  const lines = commands.map((command) => `${encodeCommand(command, undefined)}\n`).join('')
  await exchange.submit(commands, Buffer.from(lines), [])
}

// For one failed commit LMDB also rejects promises that it never returned, besides the one that is awaited.
process.on('unhandledRejection', (cause) => {
  if (!(cause instanceof Error && 'commitError' in cause)) throw cause
})

try {
  await open()
} catch (cause) {
  // A failure that the user can repair is a message. Any other is a fault of the program and keeps its stack trace.
  const known = [
    DirectoryInUse,
    UnusableDirectory,
    DamagedLog,
    StreamTruncated,
    UnknownCommand,
    UnknownVersion,
    OperationalFailure,
  ].some((kind) => cause instanceof kind)
  if (!known || !(cause instanceof Error)) throw cause
  post({ kind: 'refused', name: cause.name, message: cause.message })
  edge.close()
}
