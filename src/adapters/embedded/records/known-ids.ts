/**
 * A filter of the order ids that are stored: it says that an id is new, or that it may be stored. Almost every order
 * has a new id, so almost no order needs a search in the store, which may be larger than memory.
 *
 *   layer, 16 MiB    up to LAYER_IDS ids, 32 bits each, in blocks of 64 bytes; an id sets 8 bits of one block
 *
 * A search touches one cache line of each layer. Of 100,000 new ids, a few seem known to a layer and cost a search. An
 * id that was added is always found. The memory is shared with the reader thread. The hash of an id is stored
 * (stored-ids.ts), so it must not change.
 */

/**
 * Ids of one run of the table of ids: about 8 MB of pages, so that a large commit writes several ids to a page. With
 * runs of 2^20 ids a commit of 10,000 wrote 31 MB instead of 14 MB.
 */
export const RUN_IDS = 2 ** 16
/** Runs whose ids share a layer. */
export const RUNS_PER_LAYER = 64
const LAYER_IDS = RUN_IDS * RUNS_PER_LAYER

const BLOCK_WORDS = 16
const BLOCKS = (LAYER_IDS * 32) / (BLOCK_WORDS * 32)
const BIT_PAIRS = 4

/** Two words for each id. */
export const HASH_WORDS = 2

export type IdLayer = Int32Array<SharedArrayBuffer>

export class KnownIds {
  /** Ids that were added. */
  count = 0
  readonly layers: IdLayer[] = []
  private readonly layerIds: number
  private readonly onLayer: (layer: IdLayer) => void

  /** `onLayer` receives each new layer before it has ids. Tests have smaller runs. */
  constructor(onLayer: (layer: IdLayer) => void = () => {}, runIds = RUN_IDS) {
    this.layerIds = runIds * RUNS_PER_LAYER
    this.onLayer = onLayer
  }

  /** Adds the ids whose hashes are in `hashes`, in the sequence in which they are stored. */
  add(hashes: Int32Array): void {
    for (let at = 0; at < hashes.length; at += HASH_WORDS) {
      if (this.count % this.layerIds === 0) {
        const layer = new Int32Array(new SharedArrayBuffer(BLOCKS * BLOCK_WORDS * 4))
        this.layers.push(layer)
        this.onLayer(layer)
      }
      this.set(this.layers[this.layers.length - 1], hashes[at], hashes[at + 1])
      this.count++
    }
  }

  /** The newest layer at or below `layer` that may have an id; −1: the id is in none of them. */
  layerOf(low: number, high: number, layer = this.layers.length - 1): number {
    let found = layer
    while (found >= 0 && !this.mayHave(this.layers[found], low, high)) found--
    return found
  }

  private set(layer: IdLayer, low: number, high: number): void {
    const block = (low & (BLOCKS - 1)) * BLOCK_WORDS
    for (let i = 0, bits = high; i < BIT_PAIRS; i++, bits = next(bits)) {
      layer[block + ((bits >>> 5) & 15)] |= 1 << (bits & 31)
      layer[block + ((bits >>> 14) & 15)] |= 1 << ((bits >>> 9) & 31)
    }
  }

  private mayHave(layer: IdLayer, low: number, high: number): boolean {
    const block = (low & (BLOCKS - 1)) * BLOCK_WORDS
    for (let i = 0, bits = high; i < BIT_PAIRS; i++, bits = next(bits)) {
      if (((layer[block + ((bits >>> 5) & 15)] >>> (bits & 31)) & 1) === 0) return false
      if (((layer[block + ((bits >>> 14) & 15)] >>> ((bits >>> 9) & 31)) & 1) === 0) return false
    }
    return true
  }
}

/** The next 18 bits of a hash. */
const next = (bits: number): number => Math.imul(bits ^ (bits >>> 18), 0x9e3779b1)

/** Writes the hash of an id at `at`. */
export function hashId(account: string, orderId: string, hashes: Int32Array, at: number): void {
  let low = 0x811c9dc5
  let high = 0x41c6ce57
  for (let i = 0; i < account.length; i++) {
    const code = account.charCodeAt(i)
    low = Math.imul(low ^ code, 0x9e3779b1)
    high = Math.imul(high ^ code, 0x5f356495)
  }
  // Neither name can contain the separator.
  low = Math.imul(low ^ 0x2f, 0x9e3779b1)
  for (let i = 0; i < orderId.length; i++) {
    const code = orderId.charCodeAt(i)
    low = Math.imul(low ^ code, 0x9e3779b1)
    high = Math.imul(high ^ code, 0x5f356495)
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35)
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35)
  hashes[at] = low ^ (low >>> 15)
  hashes[at + 1] = high ^ (high >>> 15)
}
