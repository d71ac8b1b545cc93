/**
 * Numbers names, which are given as bytes: the first name is 1, the next new one 2. A table of places by hash with open
 * addressing, because a map of strings would need a string for each name of each row.
 */

import { grown } from './column.ts'
import { copyBytes, sharedBytes } from './copy-bytes.ts'

const NAMES_AT_FIRST = 64
const BYTES_OF_NAME = 16
const HASH_FACTOR = 0x9e3779b1

/** The high bits of a product depend on all bits of the factors, the low ones do not. */
function mixed(bits: number): number {
  const product = Math.imul(bits, HASH_FACTOR)
  return product ^ (product >>> 15)
}

export class NameTable {
  /** Names so far. */
  count = 0
  /** All names, one behind the other, and where each ends. Name 1 begins at 0. */
  bytes = new Uint8Array(NAMES_AT_FIRST * BYTES_OF_NAME)
  ends = new Int32Array(NAMES_AT_FIRST)
  private view = new DataView(this.bytes.buffer)
  private hashes = new Int32Array(NAMES_AT_FIRST)
  private places = new Int32Array(NAMES_AT_FIRST * 2)

  get memory(): number {
    return this.bytes.length + this.ends.byteLength * 2 + this.places.byteLength
  }

  /** The number of the name from[start] … from[end - 1]. */
  numberOf(from: DataView, start: number, end: number): number {
    let hash = end - start
    let i = start
    for (; i + 4 <= end; i += 4) hash = mixed(hash ^ from.getInt32(i, true))
    for (; i < end; i++) hash = mixed(hash ^ from.getUint8(i))
    const { places, hashes } = this
    const mask = places.length - 1
    let place = hash & mask
    for (let number = places[place]; number !== 0; number = places[place]) {
      if (hashes[number] === hash && this.isName(number, from, start, end)) return number
      place = (place + 1) & mask
    }
    return this.add(hash, from, start, end)
  }

  /** Returns the number of a name in another table, which has it then. */
  copyTo(other: NameTable, number: number): number {
    return other.numberOf(this.view, this.ends[number - 1], this.ends[number])
  }

  /** Whether from[start] … from[end - 1] is the name with this number. */
  isName(number: number, from: DataView, start: number, end: number): boolean {
    const own = this.ends[number - 1]
    const length = end - start
    return this.ends[number] - own === length && sharedBytes(this.view, own, from, start, length) === length
  }

  private add(hash: number, from: DataView, start: number, end: number): number {
    const number = ++this.count
    if (number === this.ends.length) this.grow()
    const own = this.ends[number - 1]
    const ownEnd = own + end - start
    if (ownEnd > this.bytes.length) {
      this.bytes = grown(this.bytes, new Uint8Array(Math.max(ownEnd, this.bytes.length * 2)))
      this.view = new DataView(this.bytes.buffer)
    }
    copyBytes(this.view, own, from, start, end)
    this.ends[number] = ownEnd
    this.hashes[number] = hash
    this.enter(number)
    return number
  }

  private enter(number: number): void {
    const { places } = this
    const mask = places.length - 1
    let place = this.hashes[number] & mask
    while (places[place] !== 0) place = (place + 1) & mask
    places[place] = number
  }

  /** At most half of the places are taken. */
  private grow(): void {
    const names = this.ends.length * 2
    this.ends = grown(this.ends, new Int32Array(names))
    this.hashes = grown(this.hashes, new Int32Array(names))
    this.places = new Int32Array(names * 2)
    for (let number = 1; number < this.count; number++) this.enter(number)
  }
}
