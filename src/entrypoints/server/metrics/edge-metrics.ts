/** The metrics of both threads and their queues, of the process, and of the data lake. */

import { readdirSync, readFileSync } from 'node:fs'
import { GC_KINDS, type ThreadMeasurements } from '../../../adapters/embedded/metrics/thread-meter.ts'
import type { Queues } from '../../../adapters/embedded/threads/open-core.ts'
import type { LakeStats } from '../../../ports/lake-stats.ts'
import { counter, gauge, histogram, type ShownMetric } from './shown-metric.ts'

/** By the name of the thread. */
export type Threads = readonly (readonly [name: string, ThreadMeasurements])[]

const ofEach = <T>(threads: Threads, read: (thread: ThreadMeasurements) => T) =>
  threads.map(([thread, measured]) => [{ thread }, read(measured)] as const)

export const THREAD_METRICS: readonly ShownMetric<Threads>[] = [
  histogram('exchange_event_loop_delay_seconds', 'How late a timer of 10 ms fires', (threads) =>
    ofEach(threads, ({ delay }) => delay),
  ),
  gauge('exchange_event_loop_delay_max_seconds', 'The longest delay of the last minute', (threads) =>
    ofEach(threads, ({ delayMaxSeconds }) => delayMaxSeconds),
  ),
  counter('exchange_event_loop_busy_seconds_total', 'Time in which the event loop did not wait', (threads) =>
    ofEach(threads, ({ busySeconds }) => busySeconds),
  ),
  histogram('exchange_gc_duration_seconds', 'Time of garbage collections, by kind', (threads) =>
    threads.flatMap(([thread, { collections }]) =>
      GC_KINDS.map((kind, i) => [{ thread, kind }, collections[i]] as const),
    ),
  ),
  gauge('exchange_heap_used_bytes', 'Heap in use', (threads) => ofEach(threads, ({ heapUsedBytes }) => heapUsedBytes)),
  gauge('exchange_heap_limit_bytes', 'Limit of the heap', (threads) =>
    ofEach(threads, ({ heapLimitBytes }) => heapLimitBytes),
  ),
  gauge('exchange_array_bytes', 'Typed arrays and buffers, which are not in the heap', (threads) =>
    ofEach(threads, ({ arrayBytes }) => arrayBytes),
  ),
]

export const QUEUE_METRICS: readonly ShownMetric<Queues>[] = [
  gauge('exchange_commands_in_flight', 'Commands that the core has not answered', ({ commands }) => commands),
  gauge('exchange_reads_in_flight', 'Questions that a thread has not answered', ({ coreReads, readerReads }) => [
    [{ thread: 'core' }, coreReads],
    [{ thread: 'reader' }, readerReads],
  ]),
]

export const LAKE_METRICS: readonly ShownMetric<LakeStats>[] = [
  gauge('exchange_lake_commands', 'Commands up to which the data lake has everything', ({ position }) =>
    Number(position),
  ),
  gauge(
    'exchange_lake_lag_commands',
    'Commands that are matched and not in the lake',
    ({ lagCommands }) => lagCommands,
  ),
  counter('exchange_lake_rows_total', 'Rows written to the lake since the start', ({ rowsWritten }) => rowsWritten),
  counter('exchange_lake_files_total', 'Files written to the lake since the start', ({ filesWritten }) => filesWritten),
  counter(
    'exchange_lake_written_bytes_total',
    'Bytes written to the lake since the start',
    ({ bytesWritten }) => bytesWritten,
  ),
  gauge('exchange_lake_failing', '1 while the lake cannot be written', ({ failing }) => (failing ? 1 : 0)),
]

const STARTED_SECONDS = Math.round(Date.now() / 1_000 - process.uptime())

/** Under the names that every client library of Prometheus gives them. */
export const PROCESS_METRICS: readonly ShownMetric<NodeJS.Process>[] = [
  counter('process_cpu_seconds_total', 'User and system processor time of all threads', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  }),
  gauge('process_start_time_seconds', 'Unix time of the start', () => STARTED_SECONDS),
  gauge('process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss()),
  gauge('process_open_fds', 'Open file descriptors', openDescriptors),
  gauge('process_max_fds', 'Limit of open file descriptors', () => DESCRIPTORS_MAX),
  gauge('nodejs_version_info', 'Version of Node.js', () => [[{ version: process.version }, 1]]),
]

/** undefined: the system does not say. */
function openDescriptors(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return undefined
  }
}

const DESCRIPTORS_MAX = descriptorsMax()

function descriptorsMax(): number | undefined {
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return limit === undefined ? undefined : Number(limit)
  } catch {
    return undefined
  }
}
