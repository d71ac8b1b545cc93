/**
 * The accounts and order ids of one symbol's orders by handle: the number of the account, and the bytes of the id. A
 * handle that an order has left is given to a later one, so there are as many places as there were open orders at most.
 * All places are as long as the longest id needs, because the ids of an exchange have nearly the same length.
 */

import { copyBytes } from '../columns/copy-bytes.ts'

const PLACES_AT_FIRST = 64
const PLACE_BYTES_AT_FIRST = 24
/** Of the number of the account. The id follows. */
const ACCOUNT_BYTES = 4

export class OrderNames {
  private bytes = new Uint8Array(PLACES_AT_FIRST * PLACE_BYTES_AT_FIRST)
  /** An id has its length in one byte before it. */
  view = new DataView(this.bytes.buffer)
  private placeBytes = PLACE_BYTES_AT_FIRST
  private places = PLACES_AT_FIRST

  /** The number of the account of a handle. */
  account(handle: number): number {
    return this.view.getInt32(handle * this.placeBytes, true)
  }

  /** Where the order id of a handle is. */
  orderIdAt(handle: number): number {
    return handle * this.placeBytes + ACCOUNT_BYTES
  }

  /** Takes an account, and the order id from[start] … from[end - 1] with its length, in place of those before. */
  set(handle: number, account: number, from: DataView, start: number, end: number): void {
    const bytes = ACCOUNT_BYTES + end - start
    if (handle >= this.places || bytes > this.placeBytes) this.grow(handle, bytes)
    const at = handle * this.placeBytes
    this.view.setInt32(at, account, true)
    copyBytes(this.view, at + ACCOUNT_BYTES, from, start, end)
  }

  private grow(handle: number, needed: number): void {
    const { bytes, placeBytes, places } = this
    if (needed > placeBytes) this.placeBytes = (needed + 7) & ~7
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
