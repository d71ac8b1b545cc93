/**
 * Logs and metrics of a function, by Powertools: JSON lines, and metrics as CloudWatch's embedded
 * format in the same lines, so that neither costs a call. This file lists the name of every metric.
 */

import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'

/**
 * Service and namespace come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_METRICS_NAMESPACE, the level from the
 * function's log settings.
 */
export const logger = new Logger()
const metrics = new Metrics()

export type MetricName =
  | 'ordersIn'
  | 'ordersMatched'
  | 'ordersRejected'
  | 'duplicates'
  | 'trades'
  | 'batchSize'
  | 'streamLagMs'
  | 'loadMs'
  | 'commitMs'
  | 'publishMs'
  | 'unpublishedEvents'
  | 'recoveries'
  | 'staleCommits'
  | 'checkpoints'
  | 'failedCheckpoints'
  | 'failedBatches'
  | 'deadLetters'
  | 'symbolsRecovering'
  | 'symbolsParked'
  | 'streamGaps'
  | 'notifierLagMs'
  | 'followers'
  | 'messagesPushed'
  | 'pushFailures'
  | 'connectionsGone'
  | 'marketRestarts'
  | 'lakeRows'

/** Named only when it happens, and billed only then. docs/operate/troubleshooting.md has the remedies. */
export type FaultMetric =
  | 'ordersOverloaded'
  | 'cacheFull'
  | 'cacheDenied'
  | 'cacheMoved'
  | 'cacheLost'
  | 'cacheUnreachable'
  | 'lakeRecordsRefused'

/** A name that ends in Ms is a duration. All others are counts. */
export function measure(name: MetricName | FaultMetric, value: number): void {
  metrics.addMetric(name, name.endsWith('Ms') ? MetricUnit.Milliseconds : MetricUnit.Count, value)
}

/** To be called at the end of an invocation. */
export function flushMetrics(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics()
}
