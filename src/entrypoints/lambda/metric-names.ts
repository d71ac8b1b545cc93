/** The name of every metric that the functions on AWS report. docs/operate/monitoring.md explains each. */

/** A name that ends in Ms is a duration. All others are counts. */
export const METRIC_NAMES = [
  'ordersIn',
  'ordersMatched',
  'ordersRejected',
  'duplicates',
  'trades',
  'batchSize',
  'streamLagMs',
  'loadMs',
  'commitMs',
  'publishMs',
  'unpublishedEvents',
  'recoveries',
  'staleCommits',
  'checkpoints',
  'failedCheckpoints',
  'failedBatches',
  'deadLetters',
  'symbolsRecovering',
  'symbolsParked',
  'streamGaps',
  'notifierLagMs',
  'followers',
  'messagesPushed',
  'pushFailures',
  'connectionsGone',
  'marketRestarts',
  'lakeRows',
] as const

export type MetricName = (typeof METRIC_NAMES)[number]

/** Named only when it happens, and billed only then. docs/operate/troubleshooting.md has the remedies. */
export const FAULT_METRIC_NAMES = [
  'ordersOverloaded',
  'cacheFull',
  'cacheDenied',
  'cacheMoved',
  'cacheLost',
  'cacheUnreachable',
  'lakeRecordsRefused',
] as const

export type FaultMetric = (typeof FAULT_METRIC_NAMES)[number]
