/**
 * Maps the caller's order id to the engine's handle, and back. Ids are 64 bits in two halves, so
 * that ids above 2^53 are exact without a BigInt. The index contains open orders only: a late cancel
 * of a closed order finds nothing, and a closed order uses no memory.
 *
 *   slot, 8 bytes:  i32 handle (0 empty), i32 low half of the id      at most half of the slots in use
 *   by handle, 8 bytes: the id
 *
 * Open addressing. Eight successive ids share one cache line, because orders that arrive together often
 * close together. A hash selects the line, so that no pattern of ids makes long runs. After a removal,
 * the entries behind it move forward, so there are no tombstones. While no id uses its high half, a
 * slot alone identifies its id, and a search touches one cache line.
 */

const SLOTS_AT_FIRST = 64
const NEIGHBOURS_LOG2 = 3
const NEIGHBOURS_MASK = 7

function hashOf(low: number, high: number): number {
  const line = Math.imul((low >>> NEIGHBOURS_LOG2) ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b)
  return ((line ^ (line >>> 15)) << NEIGHBOURS_LOG2) | (low & NEIGHBOURS_MASK)
}

export class IdIndex {
  private slots = new Int32Array(SLOTS_AT_FIRST * 2)
  private mask = SLOTS_AT_FIRST - 1
  /** Ids by handle: low half, high half. */
  private ids = new Int32Array(SLOTS_AT_FIRST * 2)
  /** Whether any id so far had a high half other than 0. */
  private wide = false
  /** Ids in the index. */
  count = 0

  /** The handle of an id, or 0. */
  find(low: number, high: number): number {
    return this.slots[this.slotOf(low, high) << 1]
  }

  /** Removes an id and returns its handle, or 0. */
  take(low: number, high: number): number {
    const slot = this.slotOf(low, high)
    const handle = this.slots[slot << 1]
    if (handle !== 0) this.vacate(slot)
    return handle
  }

  /** Maps an id to `handle`. An older order under that id is no longer found. */
  put(low: number, high: number, handle: number): void {
    if ((handle << 1) + 1 >= this.ids.length) this.ids = grown(this.ids, handle << 2)
    if (high !== 0) this.wide = true
    const slot = this.slotOf(low, high)
    const { slots, ids } = this
    const added = slots[slot << 1] === 0
    slots[slot << 1] = handle
    slots[(slot << 1) + 1] = low
    ids[handle << 1] = low
    ids[(handle << 1) + 1] = high
    if (added && ++this.count > this.mask >>> 1) this.grow()
  }

  /** Removes an order by its handle, unless its id already leads to a newer order. */
  remove(handle: number): void {
    const slot = this.slotOf(this.lowOf(handle), this.highOf(handle))
    if (this.slots[slot << 1] === handle) this.vacate(slot)
  }

  /** Low half of the id that was last put for a handle. */
  lowOf(handle: number): number {
    return this.ids[handle << 1]
  }

  highOf(handle: number): number {
    return this.ids[(handle << 1) + 1]
  }

  /** Bytes allocated. */
  get bytes(): number {
    return this.slots.byteLength + this.ids.byteLength
  }

  /** The slot that holds an id, or the empty one where it would go. */
  private slotOf(low: number, high: number): number {
    const { slots, mask } = this
    let slot = hashOf(low, high) & mask
    for (let handle = slots[slot << 1]; handle !== 0; handle = slots[slot << 1]) {
      if (slots[(slot << 1) + 1] === low && (!this.wide || this.highOf(handle) === high)) break
      slot = (slot + 1) & mask
    }
    return slot
  }

  /** Empties a slot and moves the entries behind it forward. */
  private vacate(hole: number): void {
    const { slots, mask } = this
    this.count--
    for (let slot = (hole + 1) & mask; slots[slot << 1] !== 0; slot = (slot + 1) & mask) {
      // An entry may move back into the hole unless its home lies after the hole.
      if (((slot - this.homeOf(slot)) & mask) < ((slot - hole) & mask)) continue
      slots[hole << 1] = slots[slot << 1]
      slots[(hole << 1) + 1] = slots[(slot << 1) + 1]
      hole = slot
    }
    slots[hole << 1] = 0
  }

  /** The slot where the search for the id of `slot` begins. */
  private homeOf(slot: number): number {
    return hashOf(this.slots[(slot << 1) + 1], this.wide ? this.highOf(this.slots[slot << 1]) : 0) & this.mask
  }

  private grow(): void {
    const old = this.slots
    this.mask = this.mask * 2 + 1
    this.slots = new Int32Array((this.mask + 1) * 2)
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] === 0) continue
      const slot = this.slotOf(old[i + 1], this.highOf(old[i]))
      this.slots[slot << 1] = old[i]
      this.slots[(slot << 1) + 1] = old[i + 1]
    }
  }
}

function grown(words: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(length, words.length * 2))
  larger.set(words)
  return larger
}
