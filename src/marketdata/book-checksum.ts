/**
 * A checksum of the best levels, so that a follower can prove that its book equals the exchange's: CRC-32 (IEEE, as in
 * zip and PNG) of a text that any language can build. docs/reference/websocket.md specifies it.
 */

import type { LevelText } from './book-level.ts'

/** Levels of each side that the checksum covers. */
export const CHECKSUM_LEVELS = 10

const POLYNOMIAL = 0xedb88320

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ POLYNOMIAL
  return value
})

/** CRC-32 of ASCII text, as an unsigned number. */
export function crc32(text: string): number {
  let crc = -1
  for (let i = 0; i < text.length; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ text.charCodeAt(i)) & 0xff]
  return ~crc >>> 0
}

/** The checksum of a book; levels best first, as sent. */
export const bookChecksum = (bids: readonly LevelText[], asks: readonly LevelText[]): number =>
  crc32(checksumText(bids, asks))

/** The text under the checksum: best bid, best ask, second bid … each `price:quantity:orders`; absent levels are left out. */
export function checksumText(bids: readonly LevelText[], asks: readonly LevelText[]): string {
  let text = ''
  for (let i = 0; i < CHECKSUM_LEVELS; i++) {
    if (i < bids.length) text = joined(text, bids[i])
    if (i < asks.length) text = joined(text, asks[i])
  }
  return text
}

const joined = (text: string, [price, quantity, orders]: LevelText): string =>
  `${text}${text === '' ? '' : ':'}${price}:${quantity}:${orders}`
