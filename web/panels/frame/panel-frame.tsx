/**
 * The frame of each panel: a title, actions, and the states of its content. loading: lines of the size of what will be
 * there. empty: one sentence and one action. live. stale: dimmed, with the age of the data. refused: one sentence.
 */

import './panel-frame.css'
import type { ComponentChildren } from 'preact'
import type { Freshness } from '../../state/market/market.ts'
import { connection, nowMs } from '../../state/session/connection.ts'
import { durationText } from '../../state/text/format.ts'
import { failureWords } from '../connection/link-words.ts'

const REFUSED = 'The exchange does not give this data. Choose another symbol, or load the page again.'

/** Why there is no data. */
function refusal(): string {
  const { state, failure = '' } = connection.value
  return state === 'refused' ? `There can be no connection: ${failureWords(failure)}.` : REFUSED
}

export interface PanelFrameProps {
  readonly title: string
  /** Default: live. */
  readonly freshness?: Freshness
  /** The sentence that is shown instead of the content. */
  readonly empty?: string | undefined
  /** The one action below that sentence. */
  readonly emptyAction?: ComponentChildren
  /** Beside the title. */
  readonly actions?: ComponentChildren
  /** The content does not scroll by itself. */
  readonly fixed?: boolean
  readonly children?: ComponentChildren
}

export function PanelFrame({
  title,
  freshness = 'live',
  empty,
  emptyAction,
  actions,
  fixed,
  children,
}: PanelFrameProps) {
  const sentence = freshness === 'refused' ? refusal() : empty
  return (
    <section class="panel" aria-label={title} data-freshness={freshness}>
      <header class="panel-head">
        <h2>{title}</h2>
        {actions !== undefined && <div class="panel-actions">{actions}</div>}
      </header>
      {freshness === 'stale' && <StaleMark />}
      <div class={fixed ? 'panel-body panel-fixed' : 'panel-body'} aria-busy={freshness === 'loading'}>
        {freshness === 'loading' ? (
          <Skeleton />
        ) : sentence === undefined ? (
          children
        ) : (
          <div class="panel-empty">
            <p>{sentence}</p>
            {freshness !== 'refused' && emptyAction}
          </div>
        )}
      </div>
    </section>
  )
}

/** Says since when the data is old. It lies over the content, so that nothing moves. */
function StaleMark() {
  const { state, sinceMs } = connection.value
  const text = state === 'live' ? 'reading again' : `${durationText(Math.max(0, nowMs.value - sinceMs))} old`
  return <span class="panel-stale">{text}</span>
}

const LINES = [72, 54, 64, 48, 70, 58, 66, 50]

function Skeleton() {
  return (
    <div class="skeleton" aria-hidden="true">
      {LINES.map((width) => (
        <span key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  )
}
