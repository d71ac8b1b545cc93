/**
 * Finds the leaf of a price, and the next leaf in use after it: a radix tree over the 26 leading bits
 * of a key, three nodes deep.
 *
 *   leaf key, 26 bits:   8 root │ 9 middle │ 9 low
 *
 * A node has 512 children, a bitmap of the children in use and a summary of that bitmap. The next child
 * is found by counting zeros, without a walk over prices. A node (2,176 bytes) exists only while it has
 * a child, so memory grows with the prices in use and not with the range they span. The low node last
 * used is cached: it spans 16,384 prices, and orders cluster, so a leaf usually costs one load.
 * Node 0 means "none" and is always all zeros, so a search beneath it finds nothing.
 */

export const CHILDREN_LOG2 = 9
export const CHILDREN = 1 << CHILDREN_LOG2
const CHILD_MASK = CHILDREN - 1
/** A node: 512 children, 16 bitmap words, 1 summary word, padded to 544 words. */
export const BITMAP = CHILDREN
export const SUMMARY = BITMAP + CHILDREN / 32
export const NODE_WORDS = 544
export const ROOT = 1
const NODES_AT_FIRST = 2

/** Position of the lowest set bit. */
export const lowestBit = (word: number): number => 31 - Math.clz32(word & -word)
/** The bits of a word above `bit`: shifting by 32 would shift by 0, hence in two steps. */
export const above = (word: number, bit: number): number => word & ((-1 << bit) << 1)

const middleOf = (leafKey: number): number => leafKey >>> (2 * CHILDREN_LOG2)
const lowOf = (leafKey: number): number => (leafKey >>> CHILDREN_LOG2) & CHILD_MASK

export class PriceDirectory {
  nodes = new Int32Array(NODE_WORDS * NODES_AT_FIRST)
  /** First node never used yet. */
  freshNode = ROOT + 1
  /** Head of the list of freed nodes, linked through their first child. */
  freeNode = 0
  private recentKey = -1
  /** First word of the low node of `recentKey`. */
  private recentBase = 0

  /** The leaf of `leafKey`, or 0. */
  find(leafKey: number): number {
    if (leafKey >>> CHILDREN_LOG2 !== this.recentKey && !this.reach(leafKey)) return 0
    return this.nodes[this.recentBase + (leafKey & CHILD_MASK)]
  }

  /** The first leaf with a key above `leafKey`, or 0. */
  after(leafKey: number): number {
    const middle = this.nodes[ROOT * NODE_WORDS + middleOf(leafKey)]
    const low = this.nodes[middle * NODE_WORDS + lowOf(leafKey)]
    const leaf = this.childAfter(low, leafKey & CHILD_MASK)
    if (leaf !== 0) return leaf
    const nextLow = this.childAfter(middle, lowOf(leafKey))
    if (nextLow !== 0) return this.childAfter(nextLow, -1)
    const nextMiddle = this.childAfter(ROOT, middleOf(leafKey))
    return nextMiddle === 0 ? 0 : this.childAfter(this.childAfter(nextMiddle, -1), -1)
  }

  insert(leafKey: number, leaf: number): void {
    const middle = this.ensureChild(ROOT, middleOf(leafKey))
    const low = this.ensureChild(middle, lowOf(leafKey))
    this.setChild(low, leafKey & CHILD_MASK, leaf)
  }

  remove(leafKey: number): void {
    const middle = this.nodes[ROOT * NODE_WORDS + middleOf(leafKey)]
    const low = this.nodes[middle * NODE_WORDS + lowOf(leafKey)]
    if (!this.clearChild(low, leafKey & CHILD_MASK)) return
    this.recentKey = -1
    this.releaseNode(low)
    if (!this.clearChild(middle, lowOf(leafKey))) return
    this.releaseNode(middle)
    this.clearChild(ROOT, middleOf(leafKey))
  }

  /** Makes the low node of `leafKey` the recent one. Returns whether it exists. */
  private reach(leafKey: number): boolean {
    const middle = this.nodes[ROOT * NODE_WORDS + middleOf(leafKey)]
    const low = this.nodes[middle * NODE_WORDS + lowOf(leafKey)]
    if (low === 0) return false
    this.recentKey = leafKey >>> CHILDREN_LOG2
    this.recentBase = low * NODE_WORDS
    return true
  }

  /** The first child of a node above `index`, or 0. */
  private childAfter(node: number, index: number): number {
    const nodes = this.nodes
    const base = node * NODE_WORDS
    let word = (index + 1) >>> 5
    if (word < CHILDREN / 32) {
      const here = nodes[base + BITMAP + word] & (-1 << ((index + 1) & 31))
      if (here !== 0) return nodes[base + (word << 5) + lowestBit(here)]
      const later = above(nodes[base + SUMMARY], word)
      if (later !== 0) {
        word = lowestBit(later)
        return nodes[base + (word << 5) + lowestBit(nodes[base + BITMAP + word])]
      }
    }
    return 0
  }

  private ensureChild(node: number, index: number): number {
    const child = this.nodes[node * NODE_WORDS + index]
    if (child !== 0) return child
    let added = this.freeNode
    if (added !== 0) {
      this.freeNode = this.nodes[added * NODE_WORDS]
      this.nodes[added * NODE_WORDS] = 0
    } else {
      added = this.freshNode++
      if (added * NODE_WORDS === this.nodes.length) this.grow()
    }
    this.setChild(node, index, added)
    return added
  }

  private releaseNode(node: number): void {
    this.nodes[node * NODE_WORDS] = this.freeNode
    this.freeNode = node
  }

  private setChild(node: number, index: number, child: number): void {
    const base = node * NODE_WORDS
    this.nodes[base + index] = child
    this.nodes[base + BITMAP + (index >>> 5)] |= 1 << (index & 31)
    this.nodes[base + SUMMARY] |= 1 << (index >>> 5)
  }

  /** Removes a child. Returns whether the node is empty now. */
  private clearChild(node: number, index: number): boolean {
    const nodes = this.nodes
    const base = node * NODE_WORDS
    nodes[base + index] = 0
    const bits = nodes[base + BITMAP + (index >>> 5)] & ~(1 << (index & 31))
    nodes[base + BITMAP + (index >>> 5)] = bits
    if (bits !== 0) return false
    const summary = nodes[base + SUMMARY] & ~(1 << (index >>> 5))
    nodes[base + SUMMARY] = summary
    return summary === 0
  }

  private grow(): void {
    const count = this.nodes.length / NODE_WORDS
    const nodes = new Int32Array((count + (count >> 1)) * NODE_WORDS)
    nodes.set(this.nodes)
    this.nodes = nodes
  }
}
