/** Each result as one JSON array with an object for each row, a row on a line. Decimals are text, so they stay exact. */

import { jsonOf } from '../cells.ts'
import type { ResultColumn, ResultRow, RowOutput, WriteText } from './row-output.ts'

export class JsonOutput implements RowOutput {
  hasWritten = false
  private readonly write: WriteText
  private names: readonly string[] = []
  private before = '['

  constructor(write: WriteText) {
    this.write = write
  }

  begin(columns: readonly ResultColumn[]): void {
    this.names = columns.map(({ uniqueName }) => uniqueName)
    this.before = '['
  }

  async rows(rows: readonly ResultRow[]): Promise<void> {
    if (rows.length === 0) return
    const objects = rows.map((row) =>
      JSON.stringify(Object.fromEntries(row.map((it, i) => [this.names[i], jsonOf(it)]))),
    )
    const text = `${this.before}\n${objects.join(',\n')}`
    this.before = ','
    await this.send(text)
  }

  async end(): Promise<void> {
    await this.send(this.before === '[' ? '[]\n' : '\n]\n')
  }

  private async send(text: string): Promise<void> {
    this.hasWritten = true
    await this.write(text)
  }
}
