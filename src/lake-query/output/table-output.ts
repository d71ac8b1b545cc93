/**
 * Rows as a table for people. Numbers are on the right, and the decimals of a column have equally many places, which
 * adds zeros and never drops a digit. If a table is wider than the terminal, long texts are cut; numbers and times are
 * never cut. If that is not enough, each row becomes a block with a line for each column.
 */

import { isDecimal, isNumber, textOf } from '../cells.ts'
import type { ResultColumn, ResultRow, RowOutput, WriteText } from './row-output.ts'
import { cutTo, printable, widthOf } from './text-width.ts'

const GAP = '  '
/** A text column is not made narrower than this. */
const TEXT_WIDTH_MIN = 12

interface TableColumn {
  readonly name: string
  readonly right: boolean
  readonly cells: readonly string[]
  readonly width: number
  /** The width to which it may be cut. */
  readonly least: number
}

export class TableOutput implements RowOutput {
  hasWritten = false
  private readonly write: WriteText
  /** Columns of the terminal; undefined: any width. */
  private readonly terminalWidth: number | undefined
  private columns: readonly ResultColumn[] = []
  private gathered: ResultRow[] = []

  constructor(write: WriteText, terminalWidth: number | undefined) {
    this.write = write
    this.terminalWidth = terminalWidth
  }

  begin(columns: readonly ResultColumn[]): void {
    this.columns = columns
    this.gathered = []
  }

  async rows(rows: readonly ResultRow[]): Promise<void> {
    for (const row of rows) this.gathered.push(row)
  }

  async end(): Promise<void> {
    const table = this.columns.map((column, i) =>
      tableColumn(
        column,
        this.gathered.map((row) => row[i]),
      ),
    )
    const separator = this.hasWritten ? '\n' : ''
    this.hasWritten = true
    const fitting = fitted(table, this.terminalWidth ?? Number.POSITIVE_INFINITY)
    const lines = fitting === undefined ? blocks(table, this.gathered.length) : tableLines(fitting)
    await this.write(`${separator}${lines.join('\n')}\n`)
  }
}

function tableColumn({ name, type }: ResultColumn, values: ResultRow): TableColumn {
  const right = isNumber(type)
  const texts = values.map(textOf)
  const cells = (isDecimal(type) ? withEqualPlaces(texts) : texts).map(printable)
  const shownName = printable(name)
  const width = cells.reduce((widest, cell) => Math.max(widest, widthOf(cell)), widthOf(shownName))
  const cuttable = !right && !/^(TIMESTAMP|DATE|BOOLEAN)/.test(String(type))
  return { name: shownName, right, cells, width, least: cuttable ? Math.min(width, TEXT_WIDTH_MIN) : width }
}

function withEqualPlaces(decimals: readonly string[]): string[] {
  const placesOf = (decimal: string) => (decimal.includes('.') ? decimal.length - decimal.indexOf('.') - 1 : 0)
  const most = decimals.reduce((places, decimal) => Math.max(places, placesOf(decimal)), 0)
  return decimals.map((decimal) => {
    if (decimal === '' || most === 0) return decimal
    return `${decimal}${decimal.includes('.') ? '' : '.'}${'0'.repeat(most - placesOf(decimal))}`
  })
}

/** The columns within a width, the widest texts cut first; undefined: they do not fit. */
function fitted(table: readonly TableColumn[], available: number): readonly TableColumn[] | undefined {
  const widths = table.map(({ width }) => width)
  const gaps = GAP.length * Math.max(0, table.length - 1)
  let over = widths.reduce((sum, width) => sum + width, gaps) - available
  while (over > 0) {
    let widest = -1
    for (const [i, { least }] of table.entries()) {
      if (widths[i] > least && (widest === -1 || widths[i] > widths[widest])) widest = i
    }
    if (widest === -1) return undefined
    widths[widest]--
    over--
  }
  return table.map((column, i) => ({ ...column, width: widths[i] }))
}

function tableLines(table: readonly TableColumn[]): string[] {
  const line = (cellOf: (column: TableColumn) => string) =>
    table.map((column) => padded(column, cellOf(column))).join(GAP)
  const rows = table.length === 0 ? 0 : table[0].cells.length
  return [
    line(({ name }) => name),
    line(({ width }) => '─'.repeat(width)),
    ...Array.from({ length: rows }, (_, row) => line(({ cells }) => cells[row])),
  ].map((text) => text.trimEnd())
}

function padded({ width, right }: TableColumn, text: string): string {
  const shown = cutTo(text, width)
  const blanks = ' '.repeat(width - widthOf(shown))
  return right ? blanks + shown : shown + blanks
}

/** Without rows, the names of the columns. */
function blocks(table: readonly TableColumn[], rows: number): string[] {
  if (rows === 0) return table.map(({ name }) => name)
  const width = Math.max(...table.map(({ name }) => widthOf(name)))
  return Array.from({ length: rows }, (_, row) => [
    `── row ${row + 1} ──`,
    ...table.map(({ name, cells }) => `${name}${' '.repeat(width - widthOf(name))}${GAP}${cells[row]}`.trimEnd()),
  ]).flat()
}
