/**
 * A binary file of commands, and its run on the engine. docs/reference/engine-bench.md specifies the format. Records
 * are read in place. A pass before the run checks every record, so that the run itself needs no checks.
 *
 * Prices may be any 64-bit integers that span fewer than 2^31 − 1 ticks. The engine receives their distance from
 * `base`, which is 0 if all of them are valid engine prices.
 */

import type { EventBuffer } from '../../engine/event-buffer.ts'
import { NumberedBook } from '../../engine/numbered-book.ts'
import { PRICE_TICKS_MAX } from '../../protocol/limits.ts'
import { IMMEDIATE_OR_CANCEL } from '../../protocol/order/order-options.ts'

export const NEW = 0
export const CANCEL = 1
const AMEND = 2

const HEADER_BYTES = 16
const RECORD_BYTES = 40
const HEADER_WORDS = HEADER_BYTES / 4
const RECORD_WORDS = RECORD_BYTES / 4
const VERSION = 1
/** Records per batch of events. */
const BATCH = 256

/** The file is not a command file. */
export class MalformedFile extends Error {
  override readonly name = 'MalformedFile'
}

export class CommandFile {
  readonly count: number
  /** Price of tick 0. */
  readonly base: bigint
  private readonly view: DataView
  private readonly words: Int32Array

  /** Throws {@link MalformedFile} with the first fault and its record. */
  constructor(file: Uint8Array) {
    // A copy has an aligned address, from which words can be read.
    const bytes = new Uint8Array(Math.ceil(file.byteLength / 4) * 4)
    bytes.set(file)
    this.view = new DataView(bytes.buffer)
    this.words = new Int32Array(bytes.buffer)
    if (file.byteLength < HEADER_BYTES) throw new MalformedFile('shorter than a header')
    const version = this.view.getUint32(8, true)
    if (version !== VERSION) throw new MalformedFile(`version ${version}; this program reads ${VERSION}`)
    this.count = this.view.getUint32(12, true)
    const records = Math.floor((file.byteLength - HEADER_BYTES) / RECORD_BYTES)
    if (records < this.count) throw new MalformedFile(`the header says ${this.count} records, the file has ${records}`)
    this.base = this.check()
  }

  /** The sequence number in a record. */
  sequence(record: number): bigint {
    return this.view.getBigUint64(HEADER_BYTES + record * RECORD_BYTES + 8, true)
  }

  orderId(record: number): bigint {
    return this.view.getBigUint64(HEADER_BYTES + record * RECORD_BYTES + 16, true)
  }

  /**
   * Runs all records on an empty book. The engine's command number is the number of the record. `sink` receives the
   * events in batches, before the buffer is cleared.
   */
  run(sink: (events: EventBuffer) => void): NumberedBook {
    const numbered = new NumberedBook()
    const { events } = numbered.book
    for (let start = 0; start < this.count; start += BATCH) {
      this.runBatch(numbered, start, Math.min(this.count, start + BATCH))
      sink(events)
      events.clear()
    }
    return numbered
  }

  private runBatch(numbered: NumberedBook, from: number, to: number): void {
    const { words } = this
    const { book } = numbered
    // A difference below 2^31 is correct in 32 bits for any upper halves.
    const base = Number(BigInt.asIntN(32, this.base))
    for (let record = from; record < to; record++) {
      const at = HEADER_WORDS + record * RECORD_WORDS
      const head = words[at]
      const low = words[at + 4]
      const high = words[at + 5]
      book.begin(record, 0)
      if ((head & 0xff) === CANCEL) {
        numbered.cancel(low, high)
        continue
      }
      const quantity = words[at + 1] >>> 0
      const price = (words[at + 6] - base) | 0
      if ((head & 0xff) === AMEND) numbered.replace(price, quantity, low, high)
      else {
        const options = (head >>> 8) & 1
        numbered.place((head & 0xff0000) === 0 ? options : options | IMMEDIATE_OR_CANCEL, price, quantity, 1, low, high)
      }
    }
  }

  /** Checks every record; returns the base of the prices. */
  private check(): bigint {
    let low = 1n
    let high = 1n
    let first = true
    for (let record = 0; record < this.count; record++) {
      const at = HEADER_BYTES + record * RECORD_BYTES
      const type = this.view.getUint8(at)
      if (type > AMEND) throw new MalformedFile(`record ${record}: type ${type}`)
      if (this.view.getUint8(at + 1) > 1)
        throw new MalformedFile(`record ${record}: side ${this.view.getUint8(at + 1)}`)
      if (type === CANCEL) continue
      if (this.view.getUint32(at + 4, true) === 0) throw new MalformedFile(`record ${record}: quantity 0`)
      const price = this.view.getBigInt64(at + 24, true)
      if (first || price < low) low = price
      if (first || price > high) high = price
      first = false
    }
    if (low >= 1n && high <= BigInt(PRICE_TICKS_MAX)) return 0n
    if (high - low >= BigInt(PRICE_TICKS_MAX)) {
      throw new MalformedFile(`prices ${low} … ${high} span more than ${PRICE_TICKS_MAX} ticks`)
    }
    return low - 1n
  }
}
