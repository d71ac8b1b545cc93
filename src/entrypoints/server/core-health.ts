/**
 * Asks the core for its counts. If the core does not answer in time, it is busy or stuck: then no order is matched,
 * and the health says so. Callers that ask at the same time share one question.
 */

import type { CoreStats } from '../../adapters/embedded/threads/core-messages.ts'
import { formatTimestamp } from '../../entry/timestamps.ts'
import type { Health } from '../../rest/rest-ports.ts'

/**
 * Time in which the core answers. Its longest turn is the copy for a snapshot, which takes longer than this from about
 * 20 million open orders on (docs/decisions/0044).
 */
const ANSWER_MS = 1_000

export class CoreHealth {
  private readonly ask: () => Promise<CoreStats>
  private asked: Promise<CoreStats> | undefined
  /** The last counts; undefined before the first answer. */
  latest: CoreStats | undefined

  constructor(ask: () => Promise<CoreStats>) {
    this.ask = ask
  }

  /** The counts; undefined if the core does not answer in time. Throws OperationalFailure if the core has failed. */
  async stats(): Promise<CoreStats | undefined> {
    this.asked ??= this.ask().finally(() => {
      this.asked = undefined
    })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), ANSWER_MS)
    })
    try {
      const stats = await Promise.race([this.asked, late])
      this.latest = stats ?? this.latest
      return stats
    } finally {
      clearTimeout(timer)
    }
  }

  async health(): Promise<Health> {
    const stats = await this.stats()
    return stats === undefined
      ? { status: 'failing', code: 'core_not_responding', detail: `The core did not answer within ${ANSWER_MS} ms.` }
      : healthOf(stats)
  }
}

/** `degraded` if something is wrong, with the causes. It contains nothing of a client, because it is public. */
function healthOf({ troubles, measured: _, ...counts }: CoreStats): Health {
  if (troubles.length === 0) return { status: 'ok', ...counts }
  const causes = troubles.map(({ cause, sinceMs, detail }) => ({ cause, since: formatTimestamp(sinceMs), detail }))
  return { status: 'degraded', causes, ...counts }
}
