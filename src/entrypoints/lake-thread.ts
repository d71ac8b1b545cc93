/**
 * The lake's thread of the embedded exchange: writes the events of the core to the files of the data lake. Wiring only.
 */

import { existsSync } from 'node:fs'
import { setPriority } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import { workerData } from 'node:worker_threads'
import { pathsOf } from '../adapters/embedded/data-directory.ts'
import { LakeFolder } from '../adapters/embedded/lake/lake-folder.ts'
import { LakeWriter } from '../adapters/embedded/lake/lake-writer.ts'
import { readRecords } from '../adapters/embedded/log/log-records.ts'
import { SnapshotFiles } from '../adapters/embedded/snapshot-files.ts'
import { LakeFollower } from '../adapters/embedded/threads/lake/lake-follower.ts'
import { LakeInbox } from '../adapters/embedded/threads/lake/lake-inbox.ts'
import type { CoreToLake, LakeOptions, LakeToCore } from '../adapters/embedded/threads/lake/lake-messages.ts'
import { LakeFold } from '../lake/lake-fold.ts'
import { parquetFile } from '../lake/parquet-file.ts'
import { NOTHING_WRITTEN } from '../ports/lake-stats.ts'
import { LAKE_FLUSH_BYTES } from '../protocol/limits.ts'
import { PastEvents, type ReadPast } from '../recovery/past-events.ts'

/** If there are fewer processors than threads, orders and live market data go first. */
const NICE = 10

// On Linux the priority is that of the calling thread, elsewhere that of the process.
if (process.platform === 'linux') setPriority(0, NICE)

const { core, consumed, dataPath, retentionDays } = workerData as LakeOptions
const paths = pathsOf(dataPath)
const inbox = new LakeInbox(consumed)
const readPast: ReadPast = (after, to, instruments) => readRecords(paths.log, after, instruments, to)

core.on('message', (message: CoreToLake) => inbox.receive(message))

/** The thread at rest and its rows have their place in the reserve of the memory watch. */
const memoryOfThread = () => process.memoryUsage().arrayBuffers + getHeapStatistics().used_heap_size
const memoryAtStart = memoryOfThread()

const written = { ...NOTHING_WRITTEN }
await new LakeFollower({
  inbox,
  written,
  memoryBytes: () => Math.max(0, memoryOfThread() - memoryAtStart - LAKE_FLUSH_BYTES),
  post: (message: LakeToCore) => core.postMessage(message),
  open: () => {
    const folder = new LakeFolder(paths.lake, () => performance.now(), written)
    folder.open()
    return folder
  },
  isThere: () => existsSync(paths.lake),
  writer: (folder, instruments) =>
    new LakeWriter(folder, new LakeFold(instruments), { encode: parquetFile, retentionDays }),
  past: (position) => PastEvents.before(position, new SnapshotFiles(paths.snapshots), readPast),
}).run()
core.close()
