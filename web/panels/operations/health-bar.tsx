/** The health of the exchange in one line, and below it each cause of a fault. */

import { HEALTH_WORDS } from '../../state/operations/health.ts'
import { health } from '../../state/operations/operations.ts'
import { timeZone } from '../../state/page/settings.ts'
import { timeText } from '../../state/text/format.ts'

const MARKS = { ok: '✓', degraded: '!', failing: '×', unreachable: '×' } as const

export function HealthBar() {
  const { value } = health
  if (value === undefined) {
    return (
      <section class="health-bar" aria-label="Health">
        <span class="dim">Reading the health of the exchange.</span>
      </section>
    )
  }
  const { status, causes } = value
  return (
    <section class="health-bar" aria-label="Health" data-status={status}>
      <p class="health-line">
        <span class="health-mark" aria-hidden="true">
          {MARKS[status]}
        </span>
        <strong>{status}</strong>
        <span>{HEALTH_WORDS[status]}</span>
      </p>
      {causes.length > 0 && (
        <ul class="causes">
          {causes.map(({ cause, since, detail }) => (
            <li key={cause}>
              <strong>{cause.replaceAll('_', ' ')}</strong>
              {since !== undefined && <span class="dim"> since {timeText(since, timeZone.value).slice(0, 8)}</span>}
              <span class="cause-detail">{detail}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
