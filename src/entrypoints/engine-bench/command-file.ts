/**
 * A binary file of commands, and how the engine runs it. docs/reference/engine-bench.md specifies
 * the format. The records are read where they lie: a pass before the run checks every one, so that
 * the run itself asks no questions.
 *
 * Prices may be any 64-bit integers as long as they span fewer than 2^31 − 1 ticks: the engine sees
 * their distance from `base`, which is 0 when all of them are prices it can hold as they are.
 */

import type { EventBuffer } from '../../engine/event-buffer.ts'
import { NumberedBook } from '../../engine/numbered-book.ts'
import { PRICE_TICKS_MAX } from '../../protocol/limits.ts'
import { IMMEDIATE_OR_CANCEL } from '../../protocol/order-options.ts'

export const NEW = 0
export const CANCEL = 1
const AMEND = 2

const HEADER_BYTES = 16
const RECORD_BYTES = 40
const HEADER_WORDS = HEADER_BYTES / 4
const RECORD_WORDS = RECORD_BYTES / 4
const VERSION = 1
/** Records between two looks at the events. */
const BATCH = 256

/** A file that is no command file. */
export class MalformedFile extends Error {
  override readonly name = 'MalformedFile'
}

export class CommandFile {
  readonly count: number
  /** Price of tick 0. */
  readonly base: bigint
  private readonly view: DataView
  private readonly words: Int32Array

  /** Throws {@link MalformedFile} with the first fault and the record that has it. */
  constructor(file: Uint8Array) {
    // A copy begins at an address that words can be read from.
    const bytes = new Uint8Array(Math.ceil(file.byteLength / 4) * 4)
    bytes.set(file)
    this.view = new DataView(bytes.buffer)
    this.words = new Int32Array(bytes.buffer)
    if (file.byteLength < HEADER_BYTES) throw new MalformedFile('shorter than a header')
    const version = this.view.getUint32(8, true)
    if (version !== VERSION) throw new MalformedFile(`version ${version}; this program reads ${VERSION}`)
    this.count = this.view.getUint32(12, true)
    const records = Math.floor((file.byteLength - HEADER_BYTES) / RECORD_BYTES)
    if (records < this.count) throw new MalformedFile(`${this.count} records promised, ${records} there`)
    this.base = this.check()
  }

  /** The sequence number a record carries. */
  sequence(record: number): bigint {
    return this.view.getBigUint64(HEADER_BYTES + record * RECORD_BYTES + 8, true)
  }

  orderId(record: number): bigint {
    return this.view.getBigUint64(HEADER_BYTES + record * RECORD_BYTES + 16, true)
  }

  /**
   * Runs all records on an empty book. The engine's sequence is the number of the record. `sink`
   * gets the events in batches, each before it is forgotten.
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
    // A difference below 2^31 is right in 32 bits, whatever the upper halves.
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

  /** Checks every record; answers the base of the prices. */
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
