// Computes the cost of a million orders from what an order uses and the prices of
// docs/operate/unit-prices.json. docs/operate/cost.md and test/aws/cost.test.ts both use this calculation.

/** Values that a test cannot count: durations on AWS, and bytes logged. Memory sizes are those of infra/lambda.tf. */
const ASSUMED = {
  ingestGigabytes: 0.5,
  matcherGigabytes: 1.73,
  notifierGigabytes: 1,
  lakeGigabytes: 0.5,
  /** Seconds of an invocation, plus seconds for each order in it. */
  ingestSeconds: { base: 0.03, perOrder: 0.001 },
  matcherSeconds: { base: 0.05, perOrder: 0.0015 },
  notifierSeconds: { base: 0.04, perOrder: 0.0003 },
  lakeSeconds: { base: 0.05, perOrder: 0.00005 },
  /** A line of metrics and the three lines of the platform, for each invocation. */
  loggedBytes: 900,
  /** Share of requests and batches that are traced. */
  traced: 0.01,
}

/** Firehose bills each record as a multiple of this many bytes, for delivery and for its conversion to Parquet. */
export const LAKE_UNIT_BYTES = 5 * 1024

/** The item of the places of shards in the stream. It depends on time more than on orders (month-cost.mjs). */
export const CURSORS = 'Cursors of shards'
/** The item that market_data = false saves. What is sent to followers is not in it (socket-cost.mjs). */
export const MARKET = 'Live market data'

/**
 * `uses`: requests, matcherCalls, writeUnits, readUnits, of these cursorWrites and cursorReads, putUnits (25 KB of
 * Kinesis), lakeCalls, lakeUnits (5 KB of events and trades, for the lake) and commandUnits (5 KB of commands, which are
 * stored as they are) for each order; of live market data notifierCalls, marketWrites and marketReads. Returns dollars
 * for a million orders, by item.
 */
export function dollarsPerMillion(uses, prices) {
  const { requests, matcherCalls, lakeCalls, writeUnits, readUnits, cursorWrites, cursorReads, putUnits } = uses
  const invocations = requests + matcherCalls + lakeCalls
  const gigabyteSeconds =
    ASSUMED.ingestGigabytes * (ASSUMED.ingestSeconds.base * requests + ASSUMED.ingestSeconds.perOrder) +
    ASSUMED.matcherGigabytes * (ASSUMED.matcherSeconds.base * matcherCalls + ASSUMED.matcherSeconds.perOrder) +
    ASSUMED.lakeGigabytes * (ASSUMED.lakeSeconds.base * lakeCalls + ASSUMED.lakeSeconds.perOrder)
  const capacity = (writes, reads) => writes * prices.dynamodbMillionWrites + reads * prices.dynamodbMillionReads
  const gigabytes = (bytes) => (bytes * 1e6) / 2 ** 30
  const market = marketOf(uses, prices)
  const lakeGb = gigabytes(uses.lakeUnits * LAKE_UNIT_BYTES)
  const commandsGb = gigabytes(uses.commandUnits * LAKE_UNIT_BYTES)
  return {
    'API Gateway': requests * prices.restMillion,
    Lambda: invocations * prices.lambdaMillionRequests + gigabyteSeconds * prices.lambdaMillionGbSeconds,
    Kinesis: putUnits * prices.kinesisMillionPuts,
    DynamoDB: capacity(writeUnits - cursorWrites, readUnits - cursorReads),
    [CURSORS]: capacity(cursorWrites, cursorReads),
    'Firehose and Parquet':
      lakeGb * (prices.firehoseGb + prices.parquetGb + prices.firehosePartitionGb) + commandsGb * prices.firehoseGb,
    Logs: gigabytes(invocations * ASSUMED.loggedBytes) * prices.logsGb,
    'X-Ray': invocations * ASSUMED.traced * prices.xrayMillionTraces,
    [MARKET]: total(market),
  }
}

/** Dollars of live market data for a million orders, by item: its function, candles, fills and progress. */
export function marketOf({ notifierCalls, marketWrites, marketReads }, prices) {
  const seconds = ASSUMED.notifierSeconds.base * notifierCalls + ASSUMED.notifierSeconds.perOrder
  const loggedGb = (notifierCalls * ASSUMED.loggedBytes * 1e6) / 2 ** 30
  return {
    Lambda:
      notifierCalls * prices.lambdaMillionRequests +
      ASSUMED.notifierGigabytes * seconds * prices.lambdaMillionGbSeconds,
    DynamoDB: marketWrites * prices.dynamodbMillionWrites + marketReads * prices.dynamodbMillionReads,
    'Logs, X-Ray': loggedGb * prices.logsGb + notifierCalls * ASSUMED.traced * prices.xrayMillionTraces,
  }
}

export const total = (dollars) => Object.values(dollars).reduce((sum, value) => sum + value, 0)
