/** Counts of a core, for tests of what shows them. */

import { CoreMeter } from '../../src/adapters/embedded/metrics/core-meter.ts'
import { ThreadMeter } from '../../src/adapters/embedded/metrics/thread-meter.ts'
import type { CoreStats } from '../../src/adapters/embedded/threads/core-messages.ts'

export const CORE_STATS: CoreStats = {
  position: '7',
  commands: 7,
  events: 9,
  trades: 2,
  openOrders: 3,
  uncommittedEvents: 1,
  rules: 2,
  syncs: 4,
  tornBytes: 0,
  clockAheadSeconds: 0,
  logAheadSeconds: 0,
  memoryUse: 0.25,
  lake: 'live',
  lakePosition: 7,
  lakeLagCommands: 0,
  troubles: [],
  measured: {
    ...new CoreMeter().counts(),
    thread: new ThreadMeter().measurements(),
    logWaiting: { commands: 0, bytes: 0 },
    marketLagBytes: 0,
    lake: undefined,
  },
}
