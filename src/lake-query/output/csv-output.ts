/** Rows as CSV by RFC 4180, but with \n as line end. The first line has the names. NULL is an empty field, '' is "". */

import { textOf } from '../cells.ts'
import type { ResultColumn, ResultRow, RowOutput, WriteText } from './row-output.ts'

export class CsvOutput implements RowOutput {
  hasWritten = false
  private readonly write: WriteText
  private heading = ''

  constructor(write: WriteText) {
    this.write = write
  }

  begin(columns: readonly ResultColumn[]): void {
    this.heading = `${columns.map(({ name }) => field(name)).join(',')}\n`
  }

  async rows(rows: readonly ResultRow[]): Promise<void> {
    const lines = rows.map((row) => row.map((value) => (value === null ? '' : field(textOf(value)))).join(','))
    await this.send(this.heading + lines.map((line) => `${line}\n`).join(''))
    this.heading = ''
  }

  async end(): Promise<void> {
    await this.send(this.heading)
    this.heading = ''
  }

  private async send(text: string): Promise<void> {
    if (text === '') return
    this.hasWritten = true
    await this.write(text)
  }
}

const field = (text: string): string =>
  text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
