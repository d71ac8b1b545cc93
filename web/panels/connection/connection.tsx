/** The connection: its state, and the figures that show whether the book on the screen can be trusted. */

import './connection.css'
import { computed } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { book } from '../../state/market/market.ts'
import { dialog } from '../../state/page/layout.ts'
import { clockOffsetMs, connection, feedAgeMs } from '../../state/session/connection.ts'
import { durationText } from '../../state/text/format.ts'
import { DialogFrame } from '../frame/dialog-frame.tsx'
import { PanelFrame } from '../frame/panel-frame.tsx'
import { failureWords, LINK_WORDS } from './link-words.ts'

export function Connection() {
  return (
    <PanelFrame title="Connection">
      <Figures />
    </PanelFrame>
  )
}

/** The same figures where the layout has no room for the panel. */
export function ConnectionDialog() {
  const close = (): void => {
    if (dialog.peek() === 'connection') dialog.value = undefined
  }
  return (
    <DialogFrame title="Connection" open={dialog.value === 'connection'} onClose={close}>
      <Figures />
    </DialogFrame>
  )
}

function Figures() {
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
      <Figure name="Checksum of the book">
        <Checksum differed={checksums} />
      </Figure>
      <Figure name="Gaps noticed">{gaps === 0 ? 'none' : `${gaps}, repaired`}</Figure>
      <Figure name="Connections lost">{lost === 0 ? 'none' : lost}</Figure>
      {clockOffsetMs.value !== 0 && <Figure name="Clock">{clockWords(clockOffsetMs.value)}</Figure>}
      {failure !== undefined && <Figure name="Failure">{failureWords(failure)}</Figure>}
    </dl>
  )
}

/** `exchangeMs`: by how much the clock of the exchange is ahead. */
const clockWords = (exchangeMs: number): string =>
  `${durationText(Math.abs(exchangeMs))} ${exchangeMs > 0 ? 'behind' : 'ahead of'} the exchange`

function Figure({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

/** Of a book that has not arrived nothing is known. */
const NONE = '–'
const hasBook = computed(() => book.value.freshness === 'live' || book.value.freshness === 'stale')

function Checksum({ differed }: { readonly differed: number }) {
  if (differed > 0) return <>{`differed ${differed} ×, repaired`}</>
  return <>{hasBook.value ? 'equal to the exchange' : NONE}</>
}

function Sequence() {
  return <>{hasBook.value ? book.value.sequence : NONE}</>
}

function Age() {
  return <>{hasBook.value ? durationText(feedAgeMs.value) : NONE}</>
}
