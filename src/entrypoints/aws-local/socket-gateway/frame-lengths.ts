/**
 * Reads the lengths of WebSocket frames from the bytes of a connection (RFC 6455, 5.2). The package `ws` shows whole
 * messages only, and API Gateway limits each frame. It keeps no payload.
 */

const LONG_16 = 126
const LONG_64 = 127
const MASK_BYTES = 4

export class FrameLengths {
  private readonly onFrame: (payloadBytes: number) => void
  /** Bytes of a header that is not complete. */
  private header: number[] = []
  /** Bytes of the present payload that have not arrived. */
  private toSkip = 0

  /** `onFrame` is called with the length of each frame, as soon as its header has arrived. */
  constructor(onFrame: (payloadBytes: number) => void) {
    this.onFrame = onFrame
  }

  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.toSkip > 0) {
        const skipped = Math.min(this.toSkip, bytes.length - at)
        this.toSkip -= skipped
        at += skipped
        continue
      }
      this.header.push(bytes[at++])
      const length = lengthOf(this.header)
      if (length === undefined) continue
      this.header = []
      this.toSkip = length
      this.onFrame(length)
    }
  }
}

/** The payload's length, if the header is complete. */
function lengthOf(header: readonly number[]): number | undefined {
  if (header.length < 2) return undefined
  const short = header[1] & 0x7f
  const lengthBytes = short === LONG_16 ? 2 : short === LONG_64 ? 8 : 0
  const isMasked = (header[1] & 0x80) !== 0
  if (header.length < 2 + lengthBytes + (isMasked ? MASK_BYTES : 0)) return undefined
  if (lengthBytes === 0) return short
  return header.slice(2, 2 + lengthBytes).reduce((length, byte) => length * 256 + byte, 0)
}
