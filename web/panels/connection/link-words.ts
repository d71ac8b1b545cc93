/** The states of the connection, and why it ended, in words. */

import type { LinkState } from '../../state/session/connection.ts'

export const LINK_WORDS: Readonly<Record<LinkState, string>> = {
  connecting: 'connecting',
  live: 'live',
  lost: 'connection lost',
  refused: 'refused',
}

/** By the code with which a WebSocket was closed. */
const CLOSE_WORDS: Readonly<Record<string, string>> = {
  '1001': 'the exchange stops',
  '1006': 'the exchange cannot be reached',
  '4001': 'this page read too slowly',
  '4003': 'this page did not answer',
  '4004': 'the key was revoked',
  '4006': 'the key is unknown',
}

/** The client gives the code, and the reason of the exchange, which may be an object for programs. */
export function failureWords(failure: string): string {
  const [, code = '', reason = ''] = /^(?:closed with )?(\d{4})(?: (.*))?$/.exec(failure) ?? []
  return CLOSE_WORDS[code] ?? (reason === '' || reason.startsWith('{') ? failure : reason)
}
