/**
 * Parses the bytes of a CSV feed into rows. Chunks may end anywhere. It works on bytes, because strings and `split`
 * would take most of a replay's time. A row that does not match the header stops the reading with its line number,
 * because a feed with a missing row would silently give a wrong book. The format has no quoted fields.
 */

import { ORDER_ID_PATTERN } from '../protocol/limits.ts'
import { RowTable } from './row-table.ts'
import { ACTIONS, type Action, COLUMNS, FeedError } from './venue-row.ts'

/** A row has about 70 bytes. Input with a longer line than this is not a feed. */
export const LINE_BYTES_MAX = 4096

const NEWLINE = 10
const RETURN = 13
const COMMA = 44
const ZERO = 48
const NINE = 57
const EMPTY = Buffer.alloc(0)
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf'
const DECIMAL = /^\d+(\.\d+)?$/
const TEXT_SHOWN_MAX = 40

export class RowParser {
  readonly rows = new RowTable()
  /** The beginning of an incomplete line. */
  private rest: Buffer = EMPTY
  /** Lines so far. */
  private line = 0
  /** Fields of the header; 0 before it. */
  private width = 0
  /** The index of each of COLUMNS in a row. */
  private readonly places = new Int32Array(COLUMNS.length)
  /** The ends of the fields of the present row. A field begins one byte after the previous end. */
  private ends = new Int32Array(0)
  /** The beginning of the present row. */
  private start = 0
  private blankLine = 0

  /** Parses a chunk. Throws {@link FeedError} at the first invalid row. */
  push(chunk: Uint8Array): void {
    const fresh = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const bytes = this.rest.length === 0 ? fresh : Buffer.concat([this.rest, fresh])
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.readLine(bytes, start, end)
      start = end + 1
    }
    this.rest = bytes.subarray(start)
    if (this.rest.length > LINE_BYTES_MAX) {
      this.line++
      throw this.fault(`longer than ${LINE_BYTES_MAX} bytes`)
    }
  }

  /** Parses a last line without a newline, and returns all rows. */
  end(): RowTable {
    if (this.rest.length > 0) this.readLine(this.rest, 0, this.rest.length)
    if (this.width === 0) throw new FeedError(`the input is empty: expected a header with ${COLUMNS.join(', ')}`)
    return this.rows
  }

  private readLine(bytes: Buffer, start: number, end: number): void {
    this.line++
    if (end > start && bytes[end - 1] === RETURN) end--
    if (end - start > LINE_BYTES_MAX) throw this.fault(`longer than ${LINE_BYTES_MAX} bytes`)
    if (this.width === 0) {
      this.readHeader(bytes.toString('latin1', start, end))
    } else if (end === start) {
      // Blank lines are allowed at the end of a file only.
      this.blankLine ||= this.line
    } else {
      if (this.blankLine !== 0) {
        this.line = this.blankLine
        throw this.fault('blank line between rows')
      }
      this.readRow(bytes, start, end)
    }
  }

  private readHeader(text: string): void {
    const names = (text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text).split(',')
    COLUMNS.forEach((column, i) => {
      const place = names.indexOf(column)
      if (place < 0) throw this.fault(`the header has no column "${column}" (it is ${quote(text)})`)
      if (names.lastIndexOf(column) !== place) throw this.fault(`the header has "${column}" twice`)
      this.places[i] = place
    })
    this.width = names.length
    this.ends = new Int32Array(names.length)
  }

  private readRow(bytes: Buffer, start: number, end: number): void {
    this.start = start
    const ends = this.ends
    let field = 0
    for (let i = start; i < end; i++) {
      if (bytes[i] === COMMA && ++field < this.width) ends[field - 1] = i
    }
    if (field + 1 !== this.width) throw this.fault(`${field + 1} fields, the header has ${this.width}`)
    ends[field] = end

    const id = this.text(bytes, 0)
    if (!ORDER_ID_PATTERN.test(id)) throw this.fault(`id ${quote(id)} is no order id`)
    const timestampMs = this.integer(bytes, 1)
    const price = this.text(bytes, 2)
    if (!this.rows.knowsPrice(price) && !DECIMAL.test(price)) throw this.fault(priceFault(price))
    const volume = this.integer(bytes, 3)
    const action = this.text(bytes, 4) as Action
    if (!ACTIONS.includes(action)) throw this.fault(`action ${quote(action)} is none of ${ACTIONS.join(', ')}`)
    const direction = this.text(bytes, 5)
    if (direction !== 'bid' && direction !== 'ask') throw this.fault(`direction ${quote(direction)} is not bid or ask`)
    this.rows.append(id, timestampMs, price, volume, action, direction === 'bid' ? 'BUY' : 'SELL')
  }

  private begin(place: number): number {
    return place === 0 ? this.start : this.ends[place - 1] + 1
  }

  private text(bytes: Buffer, column: number): string {
    const place = this.places[column]
    return bytes.toString('latin1', this.begin(place), this.ends[place])
  }

  private integer(bytes: Buffer, column: number): number {
    const place = this.places[column]
    const begin = this.begin(place)
    const end = this.ends[place]
    let value = begin === end ? Number.NaN : 0
    for (let i = begin; i < end; i++) {
      const code = bytes[i]
      value = code >= ZERO && code <= NINE ? value * 10 + (code - ZERO) : Number.NaN
    }
    // A sum above 2^53-1 may be rounded, but stays above 2^53-1.
    if (value <= Number.MAX_SAFE_INTEGER) return value
    throw this.fault(`${COLUMNS[column]} ${quote(bytes.toString('latin1', begin, end))} is no integer up to 2^53-1`)
  }

  private fault(what: string): FeedError {
    return new FeedError(`line ${this.line}: ${what}`)
  }
}

function priceFault(price: string): string {
  const negative = price.startsWith('-') && DECIMAL.test(price.slice(1))
  return `price ${quote(price)} is ${negative ? 'negative; the exchange has no negative prices' : 'no decimal'}`
}

/** Text of the input for a message, shortened. */
function quote(text: string): string {
  return JSON.stringify(text.length > TEXT_SHOWN_MAX ? `${text.slice(0, TEXT_SHOWN_MAX)}…` : text)
}
