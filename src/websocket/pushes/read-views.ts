/** Reads the books of a round, once for all symbols of which somebody follows the book or the ticker. */

import type { BookState } from '../../protocol/book-state.ts'
import type { PushPorts } from './push-ports.ts'
import { needsView } from './symbol-round.ts'
import type { SymbolTask } from './symbol-tasks.ts'

/** A book that the cache has lost, or a call that fails, may be there a moment later. */
const READS = 3
const PAUSE_MS = 100

/** Books that cannot be read, or are behind the events, are left out. */
export async function readViews(
  tasks: readonly SymbolTask[],
  { views, trouble, pause }: Pick<PushPorts, 'views' | 'trouble' | 'pause'>,
): Promise<Map<string, BookState>> {
  const found = new Map<string, BookState>()
  let wanted = tasks.filter(({ followed }) => [...followed.values()].some(({ name }) => needsView(name)))
  for (let reads = 1; wanted.length > 0; reads++) {
    const symbols = wanted.map(({ symbol }) => symbol)
    try {
      const books = await views.read(symbols)
      wanted = wanted.filter(({ symbol, events }) => {
        const book = books.get(symbol)
        if (book === undefined || book.eventNumber < (events?.lastEvent ?? 0)) return true
        found.set(symbol, book)
        return false
      })
    } catch (cause) {
      if (reads === READS) trouble('books could not be read; their followers get them later', cause)
    }
    if (reads === READS) break
    if (wanted.length > 0) await pause(PAUSE_MS)
  }
  return found
}
