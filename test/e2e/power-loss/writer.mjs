/**
 * An exchange without HTTP, for a test that traces its system calls: opens a directory, submits orders one group
 * after another, and writes a line to standard output for each group that is acknowledged. Segments of the log are
 * small, so that several are written. `writer.mjs DIRECTORY FIRST GROUPS`
 */

import { writeSync } from 'node:fs'
import { openDataDirectory } from '../../../dist/adapters/embedded/data-directory.js'
import { OrderLog } from '../../../dist/adapters/embedded/log/order-log.js'
import { RecordStore } from '../../../dist/adapters/embedded/records/record-store.js'
import { SnapshotFiles } from '../../../dist/adapters/embedded/snapshot-files.js'
import { Exchange } from '../../../dist/exchange.js'
import { UNBOUNDED } from '../../../dist/ports/capacity.js'
import { encodeCommand } from '../../../dist/protocol/command/codec.js'
import { DEMO_INSTRUMENTS, parseInstrument } from '../../../dist/protocol/instrument/instrument.js'
import { RULES_NEWEST } from '../../../dist/protocol/versions.js'
import { recover } from '../../../dist/recovery/recover.js'

const [path, first, groups] = process.argv.slice(2)
const ORDERS_PER_GROUP = 4
/** One group is so large that LMDB commits it on its own thread, before it syncs. */
const LARGE_GROUP = 4
const ORDERS_OF_LARGE_GROUP = 1_600
const SEGMENT_BYTES = 2_000

const directory = openDataDirectory(path)
let nowMs = 1_700_000_000_000 + Number(first) * 1_000
const stream = new OrderLog({
  directory: directory.log,
  nowMs: () => nowMs++,
  onRecord: (record) => exchange.onDurable(record),
  onFailed: (cause) => {
    throw cause
  },
  segmentBytesMax: SEGMENT_BYTES,
})
const store = new RecordStore(directory.records)
const snapshots = new SnapshotFiles(directory.snapshots)
const recovery = await recover(stream, store, snapshots)
stream.startWriting()
const exchange = new Exchange(recovery, {
  stream,
  store,
  snapshots,
  capacity: UNBOUNDED,
  nowMs: () => nowMs,
  later: (delayMs, call) => {
    const timer = setTimeout(call, delayMs)
    return () => clearTimeout(timer)
  },
  onTrouble: (what, cause) => {
    throw new Error(what, { cause })
  },
})

const btc = parseInstrument(DEMO_INSTRUMENTS[0])
const submit = (commands) => {
  const lines = commands.map((command) => `${encodeCommand(command, btc)}\n`).join('')
  return exchange.submit(commands, Buffer.from(lines), [])
}
if (exchange.counts().commands === 0) {
  await submit([
    { kind: 'AdoptRules', rules: RULES_NEWEST },
    { kind: 'DefineInstrument', ...DEMO_INSTRUMENTS[0] },
  ])
}
for (let group = Number(first); group < Number(first) + Number(groups); group++) {
  const ids = Array.from(
    { length: group === LARGE_GROUP ? ORDERS_OF_LARGE_GROUP : ORDERS_PER_GROUP },
    (_, i) => `o-${group}-${i}`,
  )
  await submit(ids.map(orderOf))
  writeSync(1, `acknowledged ${ids.join(' ')}\n`)
  // Commits and the next group overlap, as under load.
  if (group % 3 === 0) await exchange.commit()
}
await stream.close()
await exchange.close()
await store.close()
directory.release()

/** Half of the orders trade. */
function orderOf(orderId, i) {
  const terms = { symbol: 'BTCUSD', account: 'a', orderId, type: 'LIMIT', timeInForce: 'GTC', quantity: 100 + (i % 4) }
  return {
    kind: 'PlaceOrder',
    ...terms,
    side: i % 2 === 0 ? 'BUY' : 'SELL',
    price: i % 4 < 2 ? 5_000_000 : 4_000_000 + (i % 4) * 2_000_000,
  }
}
