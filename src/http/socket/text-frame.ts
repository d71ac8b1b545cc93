/**
 * The bytes of frames that a server sends (RFC 6455, 5.2): whole text messages without a mask. They are the same for
 * every client, so a message for many clients is framed once. The messages for one client are framed as characters,
 * each of which is one byte: many of them become bytes in one step.
 */

const FIN_TEXT = 0x81
const FIN_PING = 0x89
const FIN_PONG = 0x8a
/** The lengths that fit the second byte, and the two longer forms. */
const SHORT_MAX = 125
const LENGTH_16 = 126
const LENGTH_64 = 127
/** Heads of frames up to this length are kept: those of nearly all answers. */
const KEPT_LENGTH_MAX = 1_023

export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const head = length <= SHORT_MAX ? 2 : length <= 0xffff ? 4 : 10
  const frame = Buffer.allocUnsafe(head + length)
  frame[0] = FIN_TEXT
  if (head === 2) {
    frame[1] = length
  } else if (head === 4) {
    frame[1] = LENGTH_16
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = LENGTH_64
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(text, head)
  return frame
}

const heads: string[] = []

/** The frame of a text. Each character is one byte (latin1). */
export function frameText(text: string): string {
  const { length } = text
  if (length > KEPT_LENGTH_MAX || Buffer.byteLength(text) !== length) return textFrame(text).toString('latin1')
  heads[length] ??= textFrame(text).toString('latin1', 0, length <= SHORT_MAX ? 2 : 4)
  return heads[length] + text
}

export const PING_FRAME: Buffer = Buffer.from([FIN_PING, 0])

/** The payload of a ping is at most 125 bytes. */
export function pongFrame(payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([FIN_PONG, payload.length]), payload])
}
