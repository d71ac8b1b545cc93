/**
 * Tables as CSV (RFC 4180): CRLF at the end of a line, a cell in quotes if it has a comma, a quote or a line break.
 * Numbers stay the exact text of the exchange. Text that clients choose may begin with a character that a spreadsheet
 * reads as a formula; such a cell gets an apostrophe in front (OWASP, CSV injection).
 */

export interface Column<Row> {
  readonly name: string
  readonly of: (row: Row) => string | number | boolean | null | undefined
}

const NEEDS_QUOTES = /[",\r\n]/
/** Also the full-width forms, which spreadsheets of East Asian languages read as formulas. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

function cellText(value: string | number | boolean | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value)
  const guarded = FORMULA.test(text) ? `'${text}` : text
  return NEEDS_QUOTES.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

const lineOf = (cells: readonly Parameters<typeof cellText>[0][]): string => `${cells.map(cellText).join(',')}\r\n`

/** The table with a line of names first. */
export function csvOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return lineOf(columns.map(({ name }) => name)) + rows.map((row) => lineOf(columns.map(({ of }) => of(row)))).join('')
}
