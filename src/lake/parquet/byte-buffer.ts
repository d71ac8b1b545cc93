/** Bytes that grow. Loops that write many bytes reserve the room first, and then write into `bytes` themselves. */

const BYTES_AT_FIRST = 4 * 1024

export class ByteBuffer {
  bytes = new Uint8Array(BYTES_AT_FIRST)
  /** Where the next byte goes. */
  at = 0

  /** Makes room for `more` bytes. */
  reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, this.at + more))
    bytes.set(this.bytes.subarray(0, this.at))
    this.bytes = bytes
  }

  clear(): void {
    this.at = 0
  }

  /** What was written, until the next write. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.at)
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  appendByte(byte: number): void {
    this.reserve(1)
    this.bytes[this.at++] = byte
  }

  appendUint32(value: number): void {
    this.reserve(4)
    const { bytes, at } = this
    bytes[at] = value
    bytes[at + 1] = value >>> 8
    bytes[at + 2] = value >>> 16
    bytes[at + 3] = value >>> 24
    this.at = at + 4
  }

  /** A whole number up to 2^53 as ULEB128: 7 bits a byte, lowest first. */
  appendVarint(value: number): void {
    this.reserve(8)
    let rest = value
    while (rest >= 0x80) {
      const above = Math.floor(rest / 0x80)
      this.bytes[this.at++] = (rest - above * 0x80) | 0x80
      rest = above
    }
    this.bytes[this.at++] = rest
  }

  /** A whole number between -2^52 and 2^52, with its sign in the lowest bit. */
  appendZigzag(value: number): void {
    this.appendVarint(value < 0 ? -value * 2 - 1 : value * 2)
  }
}
