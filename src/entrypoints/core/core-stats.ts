/** What the health page and the metrics show of the core. */

import type { OrderLog } from '../../adapters/embedded/log/order-log.ts'
import type { MemoryWatch } from '../../adapters/embedded/memory-watch.ts'
import type { CoreMeter } from '../../adapters/embedded/metrics/core-meter.ts'
import type { ThreadMeter } from '../../adapters/embedded/metrics/thread-meter.ts'
import type { StreamClock } from '../../adapters/embedded/stream-clock.ts'
import type { CoreStats } from '../../adapters/embedded/threads/core-messages.ts'
import type { LakeServer } from '../../adapters/embedded/threads/lake/lake-server.ts'
import type { MarketServer } from '../../adapters/embedded/threads/market/market-server.ts'
import type { Exchange } from '../../exchange.ts'

export interface MeasuredCore {
  readonly exchange: Exchange
  readonly stream: OrderLog
  readonly memory: MemoryWatch
  readonly clock: StreamClock
  readonly lake: Pick<LakeServer, 'health' | 'stats' | 'trouble'>
  /** Bytes that the start cut off the log. */
  readonly tornBytes: number
  readonly meter: CoreMeter
  readonly thread: ThreadMeter
  /** undefined: there is no market thread. */
  readonly market: Pick<MarketServer, 'lagBytes'> | undefined
}

export function coreStats(core: MeasuredCore): CoreStats {
  const { exchange, stream, memory, clock, lake, tornBytes, meter, thread, market } = core
  clock.nowMs()
  const troubles = [exchange.trouble, stream.trouble, memory.trouble, lake.trouble, ...clock.troubles]
  const counts = exchange.counts()
  return {
    ...counts,
    syncs: stream.syncCount,
    tornBytes,
    clockAheadSeconds: clock.aheadSeconds,
    logAheadSeconds: clock.behindSeconds,
    memoryUse: Math.round(memory.use * 1_000) / 1_000,
    ...lake.health(counts.commands),
    troubles: troubles.filter((each) => each !== undefined),
    measured: {
      ...meter.counts(),
      thread: thread.measurements(),
      logWaiting: stream.waiting,
      marketLagBytes: market?.lagBytes ?? 0,
      lake: lake.stats(counts.commands),
    },
  }
}
