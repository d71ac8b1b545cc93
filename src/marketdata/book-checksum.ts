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

const COLON = 58

/**
 * The checksum of a book as an unsigned number; levels best first, as sent. Under it is the text of the best bid, the
 * best ask, the second bid and so on, each `price:quantity:orders`, joined by colons. A level that does not exist is
 * left out. Of an empty book: 0.
 */
export function bookChecksum(bids: readonly LevelText[], asks: readonly LevelText[]): number {
  let crc = -1
  for (let i = 0; i < CHECKSUM_LEVELS; i++) {
    if (i < bids.length) crc = withLevel(crc, bids[i], i === 0)
    if (i < asks.length) crc = withLevel(crc, asks[i], i === 0 && bids.length === 0)
  }
  return ~crc >>> 0
}

/** The text is not built, because that costs more than its checksum. */
function withLevel(before: number, [price, quantity, orders]: LevelText, isFirst: boolean): number {
  let crc = isFirst ? before : withByte(before, COLON)
  crc = withByte(withText(crc, price), COLON)
  crc = withByte(withText(crc, quantity), COLON)
  return withText(crc, String(orders))
}

function withText(before: number, text: string): number {
  let crc = before
  for (let i = 0; i < text.length; i++) crc = withByte(crc, text.charCodeAt(i))
  return crc
}

const withByte = (crc: number, byte: number): number => (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]
