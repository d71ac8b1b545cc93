/**
 * The core thread of the embedded exchange: opens the data directory, recovers the books, and answers the edge.
 * Configuration and wiring only.
 */

import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type DataDirectory, openDataDirectory } from '../adapters/embedded/data-directory.ts'
import { DeadLetterFile } from '../adapters/embedded/dead-letter-file.ts'
import { checkLogEnd } from '../adapters/embedded/log/log-end-check.ts'
import { OrderLog } from '../adapters/embedded/log/order-log.ts'
import { type MemoryState, MemoryWatch } from '../adapters/embedded/memory-watch.ts'
import { CoreMeter } from '../adapters/embedded/metrics/core-meter.ts'
import { ThreadMeter } from '../adapters/embedded/metrics/thread-meter.ts'
import { reserveDescriptors } from '../adapters/embedded/reserved-descriptors.ts'
import { SnapshotFiles } from '../adapters/embedded/snapshot-files.ts'
import type { CoreStats, CoreStopped, FromCore, ToCore } from '../adapters/embedded/threads/core-messages.ts'
import { CoreServer } from '../adapters/embedded/threads/core-server.ts'
import { CoreTraces, tracedStore } from '../adapters/embedded/threads/core-traces.ts'
import { LakeServer } from '../adapters/embedded/threads/lake/lake-server.ts'
import { FeedOutlets } from '../adapters/embedded/threads/market/feed-outlets.ts'
import type { MarketPort } from '../adapters/embedded/threads/market/market-messages.ts'
import { MarketServer } from '../adapters/embedded/threads/market/market-server.ts'
import type { CoreOptions } from '../adapters/embedded/threads/open-core.ts'
import { rehearse } from '../engine/rehearsal.ts'
import { Exchange } from '../exchange.ts'
import { BEGINNING, type Position, type StreamRecord } from '../ports/order-stream.ts'
import { recover } from '../recovery/recover.ts'
import { catchUp } from './core/catch-up.ts'
import { coreStats } from './core/core-stats.ts'
import { LateStore } from './core/late-store.ts'
import { type CoreLog, startClock, streamClock, warnOfGap } from './core/log-clock.ts'
import { seed } from './core/new-exchange.ts'
import { readRecords } from './core/probe-records.ts'
import { refusalOf } from './core/refusal.ts'
import { leaveCore, stopCore } from './core/stop-core.ts'

/** The rehearsal begins after the start, which it would delay. */
const REHEARSAL_AFTER_MS = 500
/** Pause between two steps of the rehearsal. */
const REHEARSAL_PAUSE_MS = 50
/** Time between two measurements of the memory. */
const MEMORY_SAMPLE_MS = 1_000

const options = workerData as CoreOptions
const edge = parentPort as MessagePort
const post = (message: FromCore): void => edge.postMessage(message)
const log: CoreLog = (level, message, fields = {}) => post({ kind: 'log', level, message, fields })

/** Whether the exchange stops or has failed. */
let ending = false

/** The edge wants the start to end. */
class StartInterrupted extends Error {}

const interruption = new AbortController()
/** Before the exchange is ready the edge sends nothing but this. */
let receive = (message: ToCore): void => {
  if (message.kind === 'leave') interruption.abort(new StartInterrupted())
}
edge.on('message', (message: ToCore) => receive(message))

/** Between two steps of the start, outside of transactions: here it may end. Throws StartInterrupted. */
function step(): void {
  const waiting: { message: ToCore } | undefined = receiveMessageOnPort(edge)
  if (waiting !== undefined) receive(waiting.message)
  interruption.signal.throwIfAborted()
}

async function open(): Promise<void> {
  const startedAt = performance.now()
  step()
  const directory = openDataDirectory(options.dataPath)
  if (directory.isOpenToOthers) {
    log('warn', `other users of this machine can read the data directory: chmod 700 ${directory.path}`)
  }
  const memory = new MemoryWatch(options.accountOpenOrdersMax, logMemory)
  const store = new LateStore(directory.records, {
    onLayer: (layer) => {
      memory.noteFixed(layer.byteLength)
      post({ kind: 'idLayer', layer })
    },
    // While the exchange stops, the log has everything that cannot be stored.
    onFailed: ({ message }) => ending || post({ kind: 'failed', message }),
  })
  try {
    await openIn(directory, store, memory, startedAt)
  } catch (cause) {
    await leaveCore({ store, lock: { release: directory.giveBack } })
    throw cause
  }
}

/** Nothing is written before everything that is stored was compared. */
async function openIn(
  directory: DataDirectory,
  late: LateStore,
  memory: MemoryWatch,
  startedAt: number,
): Promise<void> {
  const deadLetters = new DeadLetterFile(directory.deadLetters)
  const clock = streamClock(log)
  const traces = options.traces === true ? new CoreTraces((stages) => post({ kind: 'traced', stages })) : undefined
  const apply = (record: StreamRecord) => meter.matching(() => exchange.onDurable(record))
  const stream = new OrderLog({
    directory: directory.log,
    nowMs: clock.nowMs,
    onRecord: traces === undefined ? apply : (record) => traces.apply(record, () => apply(record)),
    onSynced: (ms, commands, bytes) => meter.synced(ms, commands, bytes),
    onFailed: (cause) => post({ kind: 'failed', message: cause.message }),
  })
  const logTimeMs = stream.timestampMs
  startClock(clock, logTimeMs, log)
  const snapshots = new SnapshotFiles(directory.snapshots)
  const meter = new CoreMeter(snapshots.newestFile())
  const reached = { records: await recordsPosition(directory), snapshot: snapshots.newest() }
  checkLogEnd(stream.end, reached, options.dropDamagedEnd === true)
  warnOfGap(clock, logTimeMs, log)
  step()
  const { recovered: recovery, store } = await late.recover(reached.records, (records) =>
    recover(stream, records, snapshots, step),
  )
  step()
  catchUp(
    store,
    (message, fields) => log('info', message, fields),
    () => ending,
  )
  step()
  const tornFile = stream.startWriting()
  if (tornFile !== undefined) {
    const { kind, bytes } = stream.end.tail
    const message = `the ${kind} end of the order log was cut off; its bytes are kept in a file`
    log('warn', message, { bytes: bytes.length, file: tornFile })
  }
  snapshots.removeUnfinished()
  for (const { position, error } of deadLetters.keep(recovery.malformed)) {
    log('error', 'a line of the order log is not a command; stored as a dead letter', { position, error })
  }
  const isLakeOn = options.lake !== undefined
  const lake = new LakeServer({
    exchange: () => exchange,
    isOn: isLakeOn,
    log,
    nowMs: Date.now,
    onMemory: (bytes) => {
      memory.otherBytes = bytes
    },
  })
  const exchange: Exchange = new Exchange(recovery, {
    stream,
    store: traces === undefined ? meter.storeOf(store) : tracedStore(meter.storeOf(store), traces),
    snapshots: meter.snapshotsOf(snapshots),
    capacity: memory,
    nowMs: clock.nowMs,
    later: (delayMs, call) => {
      // A thread that leaves does not wait for it.
      const timer = setTimeout(call, delayMs).unref()
      return () => clearTimeout(timer)
    },
    onCopyBytes: (bytes) => memory.noteFixed(bytes),
    onTrouble: (what, cause) => log('error', what, { error: String(cause) }),
    onSymbolEvents: (batch) => post({ kind: 'symbolEvents', batch }),
    onEvents: (batch) => feeds.take(batch),
    counts: meter.events,
    lake: isLakeOn ? lake : undefined,
  })
  const feeds = new FeedOutlets(exchange)
  snapshots.needed = () => lake.needed

  const isNew = exchange.counts().commands === 0
  if (isNew) await seed(exchange, options.seed)
  reserveDescriptors()
  setTimeout(() => inSteps(rehearse()), REHEARSAL_AFTER_MS).unref()

  const tornBytes = stream.end.tail.bytes.length
  memory.sample()
  setInterval(() => memory.sample(), MEMORY_SAMPLE_MS).unref()

  const thread = new ThreadMeter()
  let market: MarketServer | undefined
  const stats = (): CoreStats => coreStats({ exchange, stream, memory, clock, lake, tornBytes, meter, thread, market })
  const stop = async (withinMs: number): Promise<CoreStopped> => {
    ending = true
    try {
      return await stopCore(
        { stream, exchange, store, lake, lock: directory, nowMs: () => performance.now() },
        withinMs,
      )
    } finally {
      setImmediate(() => edge.close())
    }
  }
  const leave = async (): Promise<void> => {
    ending = true
    await leaveCore({ exchange, store, lake, lock: directory })
    edge.close()
  }

  const toEdge = { take: (batch: Uint8Array<ArrayBuffer>) => post({ kind: 'events', batch }) }
  const feed = { startFeed: () => feeds.start(toEdge), stopFeed: () => feeds.stop(toEdge) }
  const server = new CoreServer({ exchange, feed, stats, stop, post, ...(traces !== undefined && { traces }) })
  receive = (message) => {
    if (message.kind === 'leave') void leave()
    else if (message.kind === 'marketPort') market = serveMarket(exchange, feeds, message)
    else if (message.kind === 'lakePort') lake.connect(message)
    else server.receive(message)
  }
  if (interruption.signal.aborted) {
    await leave()
    return
  }
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
      logTimeMs,
      replayedCommands: recovery.replayedCommands,
      tornBytes,
      elapsedMs: Math.round(performance.now() - startedAt),
    },
  })
}

/** Does work beside the orders. */
function inSteps(work: Iterator<void>): void {
  if (work.next().done !== true) setTimeout(() => inSteps(work), REHEARSAL_PAUSE_MS).unref()
}

/** A new market thread: it reads the events, and asks for the books that it joins. */
function serveMarket(exchange: Exchange, feeds: FeedOutlets, { port, consumed }: MarketPort): MarketServer {
  const market = new MarketServer({ exchange, feeds, port, consumed })
  port.on('message', (message) => market.receive(message))
  port.on('close', () => market.close())
  port.unref()
  return market
}

/** The position of the records, read without writing. Throws DamagedRecords and UnknownVersion. */
async function recordsPosition({ records, leftBehind }: DataDirectory): Promise<Position> {
  const store = await readRecords(records, 'read', leftBehind ? 'ends' : 'none', interruption.signal)
  const position = (await store?.appliedPosition()) ?? BEGINNING
  await store?.close()
  return position
}

function logMemory(state: MemoryState, readings: object): void {
  if (state === 'full') log('error', 'memory is full: new open orders are refused', readings)
  else if (state === 'low') log('warn', 'memory is low: new open orders will be refused when it is full', readings)
  else log('info', 'there is memory for open orders again', readings)
}

// LMDB prints the error of a failed transaction with its stack. The commit reports it as a line of the log.
console.error = () => {}

// For one failed commit LMDB also rejects promises that it never returned, besides the one that is awaited.
process.on('unhandledRejection', (cause) => {
  if (!(cause instanceof Error && 'commitError' in cause)) throw cause
})

try {
  await open()
} catch (cause) {
  const refusal = refusalOf(cause, options.dataPath)
  if (refusal === undefined && !(cause instanceof StartInterrupted)) throw cause
  post({ kind: 'refused', message: refusal?.message })
  edge.close()
}
