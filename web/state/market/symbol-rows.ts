/** The rows of the list of symbols: what fits the search, those that are watched first, then those that begin with it. */

import type { Instrument } from './instruments.ts'

/** More rows are not readable; a search finds the others. */
export const ROWS_MAX = 100

type Named = Pick<Instrument, 'symbol' | 'base' | 'quote' | 'closed'>

export function symbolRows<I extends Named>(
  known: Iterable<I>,
  search: string,
  watched: readonly string[],
): readonly I[] {
  const words = search.trim().toUpperCase().split(/\s+/)
  const fits = ({ symbol, base, quote }: I): boolean => {
    const text = `${symbol} ${base}/${quote}`.toUpperCase()
    return words.every((word) => text.includes(word))
  }
  const rank = ({ symbol, closed }: I): number =>
    (watched.includes(symbol) ? 0 : closed ? 4 : 2) + (symbol.toUpperCase().startsWith(words[0]) ? 0 : 1)
  // The order of the exchange stays within a rank, because this sort is stable.
  return [...known]
    .filter(fits)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, ROWS_MAX)
}
