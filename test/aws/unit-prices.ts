/**
 * What AWS charges, in US dollars, in us-east-1, as of November 2026: the one place where prices stand.
 * docs/reference/cost.md shows what follows from them.
 */

export const UNIT_PRICES = {
  restRequest: 3.5e-6,
  lambdaRequest: 0.2e-6,
  /** On arm64. */
  lambdaGigabyteSecond: 13.33e-6,
  /** A record, for each 25 KB begun. */
  kinesisPutUnit: 0.014e-6,
  dynamoWriteUnit: 0.625e-6,
  dynamoReadUnit: 0.125e-6,
  firehoseGigabyte: 0.029,
  firehoseParquetGigabyte: 0.018,
  logGigabyte: 0.5,
} as const

/** What is not counted here but measured on AWS by whoever deploys: durations, and how much is logged. */
export const ASSUMED = {
  ingestGigabytes: 0.25,
  matcherGigabytes: 0.5,
  /** Of an invocation, and more for each order in it. */
  ingestSeconds: { base: 0.03, perOrder: 0.001 },
  matcherSeconds: { base: 0.05, perOrder: 0.0015 },
  /** A line of metrics and the three lines of the platform, for each invocation. */
  loggedBytes: 900,
} as const
