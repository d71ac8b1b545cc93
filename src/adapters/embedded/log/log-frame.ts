/**
 * One record of the order log as bytes: a header of 32 bytes and the commands as lines of JSON.
 * All commands of a frame became durable together.
 *
 *   byte  0  u32  magic "EXL1": the digit is the version of the frame
 *   byte  4  u32  bytes of payload
 *   byte  8  f64  number of the first command
 *   byte 16  f64  arrival, ms since 1970
 *   byte 24  u32  commands
 *   byte 28  u32  CRC-32 of bytes 0 … 27 and the payload
 *   byte 32       payload: a line of JSON and a newline per command
 *
 * Little-endian. A frame is whole if its checksum is right; the log ends after its last whole frame.
 */

import { crc32 } from 'node:zlib'

export const FRAME_HEADER_BYTES = 32
export const FRAME_MAGIC = Buffer.from('EXL1')
export const FRAME_VERSION = 1
const MAGIC = FRAME_MAGIC.readUInt32LE()

export interface Frame {
  readonly firstCommand: number
  readonly timestampMs: number
  readonly commandCount: number
  readonly payload: Buffer
}

export function encodeFrame(frame: Frame): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + frame.payload.length)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt32LE(frame.payload.length, 4)
  bytes.writeDoubleLE(frame.firstCommand, 8)
  bytes.writeDoubleLE(frame.timestampMs, 16)
  bytes.writeUInt32LE(frame.commandCount, 24)
  frame.payload.copy(bytes, FRAME_HEADER_BYTES)
  bytes.writeUInt32LE(checksum(bytes, frame.payload), 28)
  return bytes
}

/** The complete frame at `offset`, if there is one. */
export function decodeFrame(bytes: Buffer, offset: number): Frame | undefined {
  if (bytes.length - offset < FRAME_HEADER_BYTES) return undefined
  if (bytes.readUInt32LE(offset) !== MAGIC) return undefined
  const end = offset + FRAME_HEADER_BYTES + bytes.readUInt32LE(offset + 4)
  if (end > bytes.length) return undefined
  const payload = bytes.subarray(offset + FRAME_HEADER_BYTES, end)
  if (bytes.readUInt32LE(offset + 28) !== checksum(bytes.subarray(offset, end), payload)) return undefined
  return {
    firstCommand: bytes.readDoubleLE(offset + 8),
    timestampMs: bytes.readDoubleLE(offset + 16),
    commandCount: bytes.readUInt32LE(offset + 24),
    payload,
  }
}

/** The version in the magic at `offset`, if it differs from this program's. */
export function foreignVersion(bytes: Buffer, offset: number): number | undefined {
  const found = /^EXL(\d)$/.exec(bytes.toString('latin1', offset, offset + FRAME_MAGIC.length))
  const version = found === null ? FRAME_VERSION : Number(found[1])
  return version === FRAME_VERSION ? undefined : version
}

export const frameBytes = (frame: Frame): number => FRAME_HEADER_BYTES + frame.payload.length

function checksum(frame: Buffer, payload: Buffer): number {
  return crc32(payload, crc32(frame.subarray(0, 28)))
}
