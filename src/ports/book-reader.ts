/** Reads the state of a book. */

import type { BookState } from '../protocol/book-state.ts'

export interface BookReader {
  /** Up to `levels` price levels per side. A symbol without commands has an empty book. */
  book(symbol: string, levels: number): Promise<BookState>
}
