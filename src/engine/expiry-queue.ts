/**
 * The expiry times of a book's good-till-date orders: a binary heap by expiry time, then by entry.
 * Orders that expire at the same time therefore expire in a fixed sequence. An order that closes for
 * another reason is removed at once, so the heap holds handles of open orders only. Cost O(log n);
 * orders without an expiry cost nothing.
 */

import { invariant } from '../protocol/assert.ts'
import { HandleMap } from '../protocol/handle-map.ts'

export interface Expiry {
  readonly handle: number
  readonly expiresAtMs: number
  /** Increases with every entry: the tie-break. */
  readonly entry: number
}

export const expiresBefore = (a: Expiry, b: Expiry): boolean =>
  a.expiresAtMs < b.expiresAtMs || (a.expiresAtMs === b.expiresAtMs && a.entry < b.entry)

export class ExpiryQueue {
  private readonly heap: Expiry[] = []
  private readonly places = new HandleMap<number>()
  private entries = 0
  /** The earliest expiry, or Infinity. */
  nextMs = Number.POSITIVE_INFINITY

  get size(): number {
    return this.heap.length
  }

  /** The order that expires first. Asserts that there is one. */
  first(): number {
    invariant(this.heap.length > 0, 'no order expires')
    return this.heap[0].handle
  }

  expiresAtMs(handle: number): number {
    return this.heap[this.placeOf(handle)].expiresAtMs
  }

  add(handle: number, expiresAtMs: number): void {
    this.heap.push({ handle, expiresAtMs, entry: this.entries++ })
    this.rise(this.heap.length - 1)
    this.nextMs = this.heap[0].expiresAtMs
  }

  remove(handle: number): void {
    const place = this.placeOf(handle)
    const last = this.heap.pop() as Expiry
    this.places.delete(handle)
    if (place < this.heap.length) {
      this.put(place, last)
      this.rise(place)
      this.sink(place)
    }
    this.nextMs = this.heap.length > 0 ? this.heap[0].expiresAtMs : Number.POSITIVE_INFINITY
  }

  /** All expiries, earliest first. Adding them in this order to an empty queue restores the queue. */
  inOrder(): { handle: number; expiresAtMs: number }[] {
    return [...this.heap].sort((a, b) => (expiresBefore(a, b) ? -1 : 1))
  }

  /** All expiries in no order. They never change; a changed expiry is another one. */
  all(): Expiry[] {
    return [...this.heap]
  }

  private placeOf(handle: number): number {
    const place = this.places.get(handle)
    invariant(place !== undefined, `order ${handle} has no expiry`)
    return place
  }

  private put(place: number, expiry: Expiry): void {
    this.heap[place] = expiry
    this.places.set(expiry.handle, place)
  }

  private rise(place: number): void {
    const expiry = this.heap[place]
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!expiresBefore(expiry, this.heap[parent])) break
      this.put(place, this.heap[parent])
      place = parent
    }
    this.put(place, expiry)
  }

  private sink(place: number): void {
    const expiry = this.heap[place]
    for (;;) {
      let child = 2 * place + 1
      if (child >= this.heap.length) break
      if (child + 1 < this.heap.length && expiresBefore(this.heap[child + 1], this.heap[child])) child++
      if (!expiresBefore(this.heap[child], expiry)) break
      this.put(place, this.heap[child])
      place = child
    }
    this.put(place, expiry)
  }
}
