/**
 * Which rows of a side differ from the view before, so that only they flash. A level is found by its price, so a level
 * that has only moved to another row has not changed. A level that was behind the last row before has not changed
 * either: it only came into view.
 */

import type { BookRow, BookSide } from './book-rows.ts'

export class LevelChanges {
  private readonly sign: 1 | -1
  private view = ''
  private known = new Map<number, bigint>()
  /** The price of the last row, if there may have been more behind it. */
  private edge: number | undefined

  constructor(side: BookSide) {
    this.sign = side === 'bids' ? -1 : 1
  }

  /** For each row, whether it changed. `view` names what is shown: nothing flashes when it becomes another. */
  take(rows: readonly BookRow[], count: number, view: string): boolean[] {
    const { known, edge, sign } = this
    const isSame = view === this.view
    const changed = rows.map(({ price, quantity }) => {
      if (!isSame) return false
      const before = known.get(price)
      if (before === undefined) return edge === undefined || sign * (price - edge) < 0
      return before !== quantity
    })
    this.view = view
    this.known = new Map(rows.map(({ price, quantity }) => [price, quantity]))
    this.edge = rows.length < count ? undefined : rows[rows.length - 1]?.price
    return changed
  }
}
