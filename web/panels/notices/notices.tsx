/**
 * Messages in a stack at the lower left. Fills and errors are also told by screen readers: fills when there is a pause,
 * errors at once. Errors stay until they are dismissed; other messages go after some seconds of a visible page.
 */

import './notices.css'
import { useEffect } from 'preact/hooks'
import { dismiss, type Notice, notices } from '../../state/page/notices.ts'
import { nowMs } from '../../state/session/connection.ts'

/** Time to read one line twice. */
const SHOWN_MS = 6_000

const SIGNS: Readonly<Record<Notice['kind'], string>> = { fill: '✓', done: '·', error: '!' }

export function Notices() {
  const shown = notices.value
  return (
    <>
      <p class="hidden" role="status" aria-live="polite">
        {lastOf(shown, 'fill')}
      </p>
      <p class="hidden" role="alert" aria-live="assertive">
        {lastOf(shown, 'error')}
      </p>
      <Expiry />
      {shown.length > 0 && <Stack shown={shown} />}
    </>
  )
}

function Stack({ shown }: { readonly shown: readonly Notice[] }) {
  return (
    <section class="notices" aria-label="Messages">
      <ul>
        {shown.map((notice) => (
          <li key={notice.id} class="notice" data-kind={notice.kind}>
            <span class="notice-sign" aria-hidden="true">
              {SIGNS[notice.kind]}
            </span>
            <span class="notice-text">{notice.text}</span>
            <button type="button" class="icon" aria-label="Dismiss" onClick={() => dismiss(notice.id)}>
              ✕
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

const lastOf = (shown: readonly Notice[], kind: Notice['kind']): string | undefined =>
  shown.findLast((notice) => notice.kind === kind)?.text

/** Looks at the clock only while there is something to remove. */
function Expiry() {
  const waiting = notices.value.filter(({ kind }) => kind !== 'error')
  const now = waiting.length > 0 ? nowMs.value : 0
  useEffect(() => {
    for (const { id, atMs } of waiting) if (now - atMs > SHOWN_MS) dismiss(id)
  }, [now, waiting])
  return null
}
