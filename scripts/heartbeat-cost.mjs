// Computes what the heartbeat costs a month. Each minute it reads the marks of all instruments with one scan, and sends
// a record to each instrument that needs one (src/shard/quiet-symbols.ts).

/** Values that no test counts. */
const ASSUMED = {
  /** A row of the table of marks, of a symbol or a shard. */
  rowBytes: 350,
  /** Seconds of an invocation, and its memory in GB. */
  ingest: 0.05 * 0.5,
  matcher: 0.05 * 1.77,
}
/** A scan that need not be consistent reads 8 KB for a unit. */
const SCANNED_BYTES = 8_192
/** A shard without orders gets a record each 4 to 5 minutes. */
const SILENT_RECORDS_PER_HOUR = 15

/** Dollars for a record of a heartbeat, matched alone: record, mark, cursor of its shard, stored command, run of the matcher. */
const recordOf = (prices) =>
  (prices.kinesisMillionPuts +
    2 * prices.dynamodbMillionWrites +
    2 * prices.dynamodbMillionReads +
    5 * prices.firehoseGb +
    prices.lambdaMillionRequests +
    ASSUMED.matcher * prices.lambdaMillionGbSeconds) /
  1e6

/**
 * Dollars a month. `perDay`: how often a day an instrument needs a record, because an order expires or its last orders
 * are not in a snapshot, and no other order arrives. Snapshots after orders are an item of their own.
 */
export function heartbeatOf({ instruments, orderShards, perDay }, prices, hours) {
  const scanUnits = Math.ceil(((instruments + orderShards) * ASSUMED.rowBytes) / SCANNED_BYTES)
  const run =
    prices.lambdaMillionRequests +
    ASSUMED.ingest * prices.lambdaMillionGbSeconds +
    (1 + scanUnits) * prices.dynamodbMillionReads
  const silent = orderShards * hours * SILENT_RECORDS_PER_HOUR
  const due = (instruments * perDay * hours) / 24
  return ((hours * 60) / 1e6) * run + (silent + due) * recordOf(prices) + (silent / 1e6) * prices.s3MillionPuts
}
