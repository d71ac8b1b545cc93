/** The connection: its state, and the figures that show whether the book on the screen can be trusted. */

import './connection.css'
import type { ComponentChildren } from 'preact'
import { connection, feedAgeMs } from '../../state/connection.ts'
import { durationText } from '../../state/format.ts'
import { book } from '../../state/market.ts'
import { PanelFrame } from '../frame/panel-frame.tsx'
import { LINK_WORDS } from './link-words.ts'

export function Connection() {
  return (
    <PanelFrame title="Connection" fixed>
      <Figures />
    </PanelFrame>
  )
}

export function Figures() {
  const { state, roundTripMs, lost, gaps, checksums, failure } = connection.value
  return (
    <dl class="figures">
      <Figure name="State">
        <span class={state === 'live' ? 'buy' : 'warning'}>{LINK_WORDS[state]}</span>
      </Figure>
      <Figure name="Round trip">{roundTripMs === undefined ? '–' : durationText(roundTripMs)}</Figure>
      <Figure name="Last sequence">
        <Sequence />
      </Figure>
      <Figure name="Age of the book">
        <Age />
      </Figure>
      <Figure name="Gaps, repaired">{gaps}</Figure>
      <Figure name="Checksum">{checksums === 0 ? 'equal' : `differed ${checksums} ×, repaired`}</Figure>
      <Figure name="Lost">{`${lost} ×`}</Figure>
      {failure !== undefined && <Figure name="Failure">{failure}</Figure>}
    </dl>
  )
}

function Figure({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Sequence() {
  return <>{book.value.sequence}</>
}

function Age() {
  return <>{durationText(feedAgeMs.value)}</>
}
