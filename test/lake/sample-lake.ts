/** A folder of the lake, made from a history by the real matcher and the real fold, as the writer would leave it. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dayFolder, lakeFileName } from '../../src/lake/lake-files.ts'
import { LakeFold } from '../../src/lake/lake-fold.ts'
import { parquetFile } from '../../src/lake/parquet-file.ts'
import type { StreamRecord } from '../../src/ports/order-stream.ts'
import type { EventCursor } from '../../src/protocol/event/event-cursor.ts'
import { ExchangeState } from '../../src/recovery/exchange-state.ts'

export interface SampleLake {
  /** Names of files; by default those of the exchange on one machine. */
  readonly nameOf?: (from: number, to: number) => string
  /** Records in each file. */
  readonly flushEvery?: number
  readonly onEvent?: (event: EventCursor) => void
  readonly onRecord?: (record: StreamRecord) => void
}

export function writeLake(folder: string, history: readonly StreamRecord[], options: SampleLake = {}): void {
  const { nameOf = lakeFileName, flushEvery = history.length, onEvent, onRecord } = options
  const fold = new LakeFold([])
  const state = new ExchangeState()
  const watcher = {
    take(event: EventCursor) {
      fold.take(event)
      onEvent?.(event)
    },
  }
  let from = 0
  for (const [i, record] of history.entries()) {
    state.apply(record, watcher)
    onRecord?.(record)
    if ((i + 1) % flushEvery !== 0 && i + 1 < history.length) continue
    for (const batch of fold.flush()) {
      writeInto(join(folder, batch.table, dayFolder(batch.day), nameOf(from, i + 1)), parquetFile(batch))
    }
    from = i + 1
  }
}

export function writeInto(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
