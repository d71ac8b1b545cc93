/** The connection in the top bar: its state by shape, word and color, and the round trip. It opens the figures. */

import { dialog } from '../../state/page/layout.ts'
import { connection } from '../../state/session/connection.ts'
import { durationText } from '../../state/text/format.ts'
import { LINK_WORDS } from '../connection/link-words.ts'

export function LinkButton() {
  const { state, roundTripMs } = connection.value
  const isLive = state === 'live'
  return (
    <button
      type="button"
      class="link-button"
      data-state={state}
      onClick={() => {
        dialog.value = 'connection'
      }}
    >
      <span class="link-dot" aria-hidden="true" />
      <span class="hidden">Connection: </span>
      <span class="link-word">{LINK_WORDS[state]}</span>
      {isLive && <span class="dim link-trip">{roundTripMs === undefined ? '' : durationText(roundTripMs)}</span>}
    </button>
  )
}
