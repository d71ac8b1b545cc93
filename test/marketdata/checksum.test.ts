import { crc32 } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bookChecksum } from '../../src/marketdata/book-checksum.ts'
import { checksumText } from './checksum-text.ts'

const decimal = fc.stringMatching(/^\d{1,9}(\.\d{1,8})?$/)
const side = fc.array(fc.tuple(decimal, decimal, fc.nat()), { maxLength: 14 })

test('the checksum is the CRC-32 of zip over the best ten levels in turns', () => {
  fc.assert(
    fc.property(side, side, (bids, asks) => {
      expect(bookChecksum(bids, asks)).toBe(crc32(checksumText(bids, asks)))
    }),
  )
  expect(bookChecksum([], [])).toBe(0)
  expect(bookChecksum([['12345', '6789', 1]], [])).toBe(crc32('12345:6789:1'))
})
