/** A column whose values are from a fixed list of words. */

import type { LakeValue } from '../lake-batch.ts'
import type { ByteBuffer } from '../parquet/byte-buffer.ts'
import type { Bounds, ColumnChunk } from '../parquet/column-chunk.ts'
import { type Column, grown, ROWS_AT_FIRST } from './column.ts'
import { writeCodes } from './dictionary-page.ts'

const utf8 = new TextEncoder()

/** The code of each word: its place in the list plus 1, because 0 is NULL. */
export const codesOf = <W extends string>(words: readonly W[]): ReadonlyMap<W, number> =>
  new Map(words.map((word, i) => [word, i + 1]))

export class WordColumn implements Column {
  /** By row. */
  codes = new Int32Array(ROWS_AT_FIRST)
  private readonly words: readonly string[]
  private readonly encoded: readonly Uint8Array[]

  constructor(words: readonly string[]) {
    this.words = words
    this.encoded = words.map((word) => utf8.encode(word))
  }

  get memory(): number {
    return this.codes.byteLength
  }

  addWord(row: number, word: string): void {
    this.codes[row] = this.words.indexOf(word) + 1
  }

  reserve(rows: number): void {
    if (rows > this.codes.length) this.codes = grown(this.codes, new Int32Array(rows))
  }

  valueAt(row: number): LakeValue {
    const code = this.codes[row]
    return code === 0 ? null : this.words[code - 1]
  }

  write(chunk: ColumnChunk, from: number, to: number): Bounds | undefined {
    const append = (page: ByteBuffer, code: number) => {
      const bytes = this.encoded[code - 1]
      page.appendUint32(bytes.length)
      page.append(bytes)
    }
    writeCodes(chunk, this.codes, from, to, this.words.length + 1, append)
    return undefined
  }
}
