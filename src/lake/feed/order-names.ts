/**
 * The accounts and order ids of one symbol's orders by handle, as bytes. A handle that an order has left is given to a
 * later one, so there are as many places as there were open orders at most. All places are as long as the longest two
 * names need, because the names of an exchange have nearly the same length.
 */

import { copyBytes } from '../columns/copy-bytes.ts'

const PLACES_AT_FIRST = 64
const PLACE_BYTES_AT_FIRST = 24

export class OrderNames {
  private bytes = new Uint8Array(PLACES_AT_FIRST * PLACE_BYTES_AT_FIRST)
  /** Each name has its length in one byte before it. */
  view = new DataView(this.bytes.buffer)
  private placeBytes = PLACE_BYTES_AT_FIRST
  private places = PLACES_AT_FIRST

  /** Where the account of a handle is. */
  accountAt(handle: number): number {
    return handle * this.placeBytes
  }

  /** Where the order id of a handle is. */
  orderIdAt(handle: number): number {
    const at = handle * this.placeBytes
    return at + 1 + this.view.getUint8(at)
  }

  /** Takes the account and the order id from[start] … from[end - 1], in place of those before. */
  set(handle: number, from: DataView, start: number, end: number): void {
    if (handle >= this.places || end - start > this.placeBytes) this.grow(handle, end - start)
    copyBytes(this.view, handle * this.placeBytes, from, start, end)
  }

  private grow(handle: number, names: number): void {
    const { bytes, placeBytes, places } = this
    if (names > placeBytes) this.placeBytes = (names + 7) & ~7
    if (handle >= places) this.places = Math.max(handle + 1, places + (places >> 1))
    const grown = new Uint8Array(this.places * this.placeBytes)
    if (this.placeBytes === placeBytes) grown.set(bytes)
    else {
      for (let place = 0; place < places; place++) {
        grown.set(bytes.subarray(place * placeBytes, (place + 1) * placeBytes), place * this.placeBytes)
      }
    }
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }
}
