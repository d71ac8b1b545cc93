/**
 * Values by the handle of an open order, for what few orders have. It takes the place of a Map, which is slow for
 * handles: the handle of a closed order is the next that is allocated, and V8 leaves each deleted entry in the chain
 * of its hash until the table is full. Beside 50,000 other entries one handle that is set and deleted again and again
 * has a chain of up to 15,000 entries, and an order took 0.1 ms.
 *
 * Open addressing, at most half of the slots in use. After a removal, the entries behind it move forward, so that
 * nothing of it remains.
 */

const SLOTS_AT_FIRST = 16

/** The entries of a map in no order. */
export interface HandleEntries<V> {
  readonly handles: readonly number[]
  readonly values: readonly V[]
}

export class HandleMap<V> {
  /** 0: empty. No order has handle 0. */
  private handles = new Int32Array(SLOTS_AT_FIRST)
  private values: (V | undefined)[] = new Array(SLOTS_AT_FIRST).fill(undefined)
  private mask = SLOTS_AT_FIRST - 1
  size = 0

  get(handle: number): V | undefined {
    return this.values[this.slotOf(handle)]
  }

  has(handle: number): boolean {
    return this.handles[this.slotOf(handle)] === handle
  }

  set(handle: number, value: V): void {
    const slot = this.slotOf(handle)
    const isNew = this.handles[slot] === 0
    this.handles[slot] = handle
    this.values[slot] = value
    if (isNew && ++this.size > this.mask >>> 1) this.grow()
  }

  delete(handle: number): void {
    const { handles, values, mask } = this
    let hole = this.slotOf(handle)
    if (handles[hole] === 0) return
    this.size--
    for (let slot = (hole + 1) & mask; handles[slot] !== 0; slot = (slot + 1) & mask) {
      // An entry may move back into the hole unless its home lies after the hole.
      if (((slot - homeOf(handles[slot], mask)) & mask) < ((slot - hole) & mask)) continue
      handles[hole] = handles[slot]
      values[hole] = values[slot]
      hole = slot
    }
    handles[hole] = 0
    values[hole] = undefined
  }

  /** A copy. Cost O(slots). */
  entries(): HandleEntries<V> {
    const handles: number[] = []
    const values: V[] = []
    for (let slot = 0; slot <= this.mask; slot++) {
      if (this.handles[slot] === 0) continue
      handles.push(this.handles[slot])
      values.push(this.values[slot] as V)
    }
    return { handles, values }
  }

  /** The slot of a handle, or the empty one where it would go. */
  private slotOf(handle: number): number {
    const { handles, mask } = this
    let slot = homeOf(handle, mask)
    while (handles[slot] !== handle && handles[slot] !== 0) slot = (slot + 1) & mask
    return slot
  }

  private grow(): void {
    const { handles, values } = this
    const slots = 2 * handles.length
    this.mask = slots - 1
    this.handles = new Int32Array(slots)
    this.values = new Array(slots).fill(undefined)
    for (let i = 0; i < handles.length; i++) {
      if (handles[i] === 0) continue
      const slot = this.slotOf(handles[i])
      this.handles[slot] = handles[i]
      this.values[slot] = values[i]
    }
  }
}

/** Handles are successive, and so are the slots of their hashes. */
const homeOf = (handle: number, mask: number): number => (Math.imul(handle, 0x9e3779b1) >>> 7) & mask
