/** The text under the checksum of a book, written as docs/reference/websocket.md says it. */

import type { LevelText } from '../../src/marketdata/book-level.ts'

export function checksumText(bids: readonly LevelText[], asks: readonly LevelText[]): string {
  const levels = Array.from({ length: 10 }, (_, i) => [bids[i], asks[i]]).flat()
  return levels.flatMap((level) => (level === undefined ? [] : [level.join(':')])).join(':')
}
