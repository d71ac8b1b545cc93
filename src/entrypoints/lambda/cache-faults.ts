/** Reports what is wrong with the cache: the fault by its name in the log, and a metric for each remedy. */

import type { OperationalFailure } from '../../protocol/failure.ts'
import type { ServiceFault } from '../../protocol/service-fault.ts'
import type { FaultMetric } from './metric-names.ts'
import { logger, measure } from './observability.ts'

export const FAULT_METRICS: Record<ServiceFault, FaultMetric> = {
  cache_full: 'cacheFull',
  cache_token_refused: 'cacheDenied',
  cache_not_permitted: 'cacheDenied',
  cache_moved: 'cacheMoved',
  cache_read_only: 'cacheMoved',
  cache_lost: 'cacheLost',
  cache_not_ready: 'cacheUnreachable',
  cache_timeout: 'cacheUnreachable',
  cache_unreachable: 'cacheUnreachable',
  cache_failed: 'cacheUnreachable',
}

export function logCacheFault(failure: OperationalFailure): void {
  logger.warn(failure.message, { fault: failure.fault, error: failure })
}

export function countCacheFault(failure: OperationalFailure): void {
  logCacheFault(failure)
  if (failure.fault !== undefined) measure(FAULT_METRICS[failure.fault], 1)
}
