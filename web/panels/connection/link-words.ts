/** The states of the connection in words. */

import type { LinkState } from '../../state/connection.ts'

export const LINK_WORDS: Readonly<Record<LinkState, string>> = {
  connecting: 'connecting',
  live: 'live',
  lost: 'connection lost',
  refused: 'refused',
}
