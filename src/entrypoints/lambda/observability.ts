/**
 * Logs and metrics of a function, by Powertools: JSON lines, and metrics as CloudWatch's embedded
 * format in the same lines, so that neither costs a call. metric-names.ts lists the name of every metric.
 */

import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { FaultMetric, MetricName } from './metric-names.ts'

/**
 * Service and namespace come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_METRICS_NAMESPACE, the level from the
 * function's log settings.
 */
export const logger = new Logger()
const metrics = new Metrics()

export function measure(name: MetricName | FaultMetric, value: number): void {
  metrics.addMetric(name, name.endsWith('Ms') ? MetricUnit.Milliseconds : MetricUnit.Count, value)
}

/** To be called at the end of an invocation. */
export function flushMetrics(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics()
}
