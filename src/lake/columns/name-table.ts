/**
 * Numbers names, which are given as bytes: the first name is 1, the next new one 2. A table of places by hash with open
 * addressing, because a map of strings would need a string for each name of each row.
 */

import { grown } from './column.ts'

const NAMES_AT_FIRST = 64
const BYTES_OF_NAME = 16
const HASH_FACTOR = 0x01000193

export class NameTable {
  /** Names so far. */
  count = 0
  /** All names, one behind the other, and where each ends. Name 1 begins at 0. */
  bytes = new Uint8Array(NAMES_AT_FIRST * BYTES_OF_NAME)
  ends = new Int32Array(NAMES_AT_FIRST)
  private hashes = new Int32Array(NAMES_AT_FIRST)
  private places = new Int32Array(NAMES_AT_FIRST * 2)

  get memory(): number {
    return this.bytes.length + this.ends.byteLength * 2 + this.places.byteLength
  }

  /** The number of the name bytes[from] … bytes[to - 1]. */
  numberOf(bytes: Uint8Array, from: number, to: number): number {
    let hash = to - from
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], HASH_FACTOR)
    hash ^= hash >>> 15
    const { places, hashes } = this
    const mask = places.length - 1
    let place = hash & mask
    for (let number = places[place]; number !== 0; number = places[place]) {
      if (hashes[number] === hash && this.isName(number, bytes, from, to)) return number
      place = (place + 1) & mask
    }
    return this.add(hash, bytes, from, to)
  }

  private isName(number: number, bytes: Uint8Array, from: number, to: number): boolean {
    const own = this.bytes
    const start = this.ends[number - 1]
    if (this.ends[number] - start !== to - from) return false
    for (let i = from, o = start; i < to; i++, o++) if (own[o] !== bytes[i]) return false
    return true
  }

  private add(hash: number, bytes: Uint8Array, from: number, to: number): number {
    const number = ++this.count
    if (number === this.ends.length) this.grow()
    const start = this.ends[number - 1]
    const end = start + to - from
    if (end > this.bytes.length) this.bytes = grown(this.bytes, new Uint8Array(Math.max(end, this.bytes.length * 2)))
    this.bytes.set(bytes.subarray(from, to), start)
    this.ends[number] = end
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
