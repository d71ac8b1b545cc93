/** What the reader of the lake's feed knows of a symbol, as its writer keeps it. */

const HANDLES_AT_FIRST = 1_024
/** No number follows. */
const NONE = -1

export class WrittenSymbol {
  readonly symbol: string
  /** The number of the symbol in the feed. */
  readonly place: number
  /** The reader does not have its name. */
  isNew = true
  /** The numbers of the next event and the next trade, which need not be written. */
  nextNumber = NONE
  nextTradeNumber = NONE
  /** A bit for each handle whose names the reader has. Bits stay in the processor's cache, bytes would not. */
  private named = new Int32Array(HANDLES_AT_FIRST >> 5)

  constructor(symbol: string, place: number) {
    this.symbol = symbol
    this.place = place
  }

  beginChunk(): void {
    this.nextNumber = NONE
    this.nextTradeNumber = NONE
  }

  /** Whether the reader needs the names of a handle. It has them from then on. */
  lacks(handle: number): boolean {
    const word = handle >> 5
    const bit = 1 << (handle & 31)
    if (word >= this.named.length) this.grow(word)
    if ((this.named[word] & bit) !== 0) return false
    // 0 stands for an order that is not open, each time another one.
    if (handle !== 0) this.named[word] |= bit
    return true
  }

  private grow(word: number): void {
    const named = new Int32Array(Math.max(word + 1, this.named.length * 2))
    named.set(this.named)
    this.named = named
  }
}
