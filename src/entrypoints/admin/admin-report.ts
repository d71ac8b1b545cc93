/** Formats a response of the exchange for a terminal. */

interface ShownInstrument {
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly tickSize: string
  readonly lotSize: string
  readonly minQuantity: string | null
  readonly maxQuantity: string | null
  readonly phase: string
  readonly closed: boolean
  readonly priceBand: { readonly low: string | null; readonly high: string | null } | null
  readonly rules: number
}

const HEADINGS = ['SYMBOL', 'BASE', 'QUOTE', 'TICK', 'LOT', 'MIN', 'MAX', 'PHASE', 'BAND', 'RULES']

export function report(body: unknown): string {
  const { instruments, symbol, rules, newest } = body as {
    readonly instruments?: readonly ShownInstrument[]
    readonly symbol?: string
    readonly rules?: number
    readonly newest?: number
  }
  if (instruments !== undefined) return table([HEADINGS, ...instruments.map(cells)])
  if (symbol !== undefined) return table([HEADINGS, cells(body as ShownInstrument)])
  return `rules ${rules} in force; the exchange supports rules up to ${newest}`
}

function cells(instrument: ShownInstrument): string[] {
  const { symbol, base, quote, tickSize, lotSize, minQuantity, maxQuantity, phase, priceBand, rules } = instrument
  const band = priceBand === null ? '-' : `${priceBand.low ?? ''}..${priceBand.high ?? ''}`
  return [symbol, base, quote, tickSize, lotSize, minQuantity ?? '-', maxQuantity ?? '-', phase, band, String(rules)]
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
