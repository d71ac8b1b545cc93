// Computes what a month costs at three loads in two regions: the fixed part, the orders, and what is stored after a
// year. scripts/infra-cost.mjs writes the tables into docs/operate/cost.md.
import { heartbeatOf } from './heartbeat-cost.mjs'
import { CURSORS, dollarsPerMillion, total } from './order-cost.mjs'

const DAYS = 365 / 12
const GB = 2 ** 30
const SECONDS = DAYS * 86_400

/** Values that no test counts. */
const ASSUMED = {
  /** Parquet and gzip take a quarter of the bytes of the streams each. */
  compressed: 0.25,
  /** Rows of closed orders expire after 35 days, rows of lists after 400. Trades and the lake are kept. */
  orderDays: 35,
  monthsStored: 12,
  /** A book of 10,000 open orders. A snapshot each 15 minutes, kept for three days. */
  snapshotBytes: 1_000_000,
  snapshotsADay: 96,
  snapshotDays: 3,
  /** How often an instrument needs a record: it is quiet for an hour after an order, or an order expires then. */
  quietADay: 24,
}

/** `uses` is docs/operate/counted-use.json. */
export function loadsOf(uses) {
  const small = { orders: 1e6, orderShards: 1, tradeShards: 1, eventShards: 1, instruments: 3 }
  return [
    { name: '1 M a month, alone', use: uses.alone, ...small },
    { name: '1 M a month, by 20', use: uses.batched, ...small },
    {
      name: '100 M a day, by 20',
      use: uses.batched,
      orders: 100e6 * DAYS,
      orderShards: 10,
      tradeShards: 10,
      eventShards: 10,
      instruments: 1000,
    },
  ]
}

/** Each price that was not found in Frankfurt is estimated. */
export function frankfurtPrices({ prices, frankfurt, frankfurtFactor }) {
  const estimated = Object.entries(prices).map(([name, price]) => [name, price * frankfurtFactor])
  return { ...Object.fromEntries(estimated), ...frankfurt }
}

/** Dollars a month by item. `fixed` is the part that an exchange without orders has, with three shards. */
export function monthOf({ use, orders, orderShards, tradeShards, eventShards, instruments }, prices, fixed, hours) {
  const items = dollarsPerMillion(use, prices)
  const scaled = Object.fromEntries(Object.entries(items).map(([name, dollars]) => [name, (dollars * orders) / 1e6]))
  const rows = use.orderBytes * (ASSUMED.orderDays / DAYS) + (use.listBytes + use.tradeBytes) * ASSUMED.monthsStored
  const lake = use.putBytes * ASSUMED.compressed * 2 * ASSUMED.monthsStored
  const perDay = instruments * ASSUMED.snapshotsADay
  const snapshots =
    ((perDay * ASSUMED.snapshotDays * ASSUMED.snapshotBytes) / GB) * prices.s3Gb +
    ((perDay * DAYS) / 1e6) * prices.s3MillionPuts
  const heartbeat = (size) => heartbeatOf({ ...size, perDay: ASSUMED.quietADay }, prices, hours)
  return {
    'Fixed, with 3 instruments': fixed,
    'More shards': (orderShards + tradeShards + eventShards - 3) * hours * prices.kinesisShardHour,
    'Heartbeats of more instruments':
      heartbeat({ instruments, orderShards }) - heartbeat({ instruments: 3, orderShards: 1 }),
    ...scaled,
    [CURSORS]: cursorsOf({ use, orders, orderShards }, prices),
    'Stored orders, lists, trades': ((orders * rows) / GB) * (prices.dynamodbGb + prices.dynamodbPitrGb),
    'Stored in the lake': ((orders * lake) / GB) * prices.s3Gb,
    Snapshots: snapshots,
  }
}

/** A cursor is written after a batch, and once a second at most. It is read by a process that was not the last one. */
function cursorsOf({ use, orders, orderShards }, { dynamodbMillionWrites, dynamodbMillionReads }) {
  const batches = (use.matcherCalls * orders) / orderShards
  const writes = orderShards * Math.min(SECONDS, batches)
  return (writes * dynamodbMillionWrites + use.cursorReads * orders * dynamodbMillionReads) / 1e6
}

/** Dollars for a million writes with provisioned capacity, of which this share is used. */
export const provisionedMillion = ({ dynamodbWcuHour }, share) => (dynamodbWcuHour / 3600 / share) * 1e6

export { total }
