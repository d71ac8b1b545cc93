/** Reads the state of a book. */

import type { BookState } from '../protocol/book-state.ts'

export interface BookReader {
  /** Up to `levels` price levels a side. A symbol without any command yet has an empty book. */
  book(symbol: string, levels: number): Promise<BookState>
}
