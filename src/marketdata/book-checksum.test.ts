import { readFileSync } from 'node:fs'
import { crc32 as zlibCrc32 } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bookChecksum, checksumText, crc32 } from './book-checksum.ts'
import { BookFollower } from './book-follower.ts'
import type { LevelText } from './book-level.ts'

test('CRC-32 is that of zip', () => {
  expect(crc32('123456789')).toBe(0xcbf43926)
  expect(crc32('')).toBe(0)
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~]*$/), (text) => {
      expect(crc32(text)).toBe(zlibCrc32(text))
    }),
  )
})

const level = (price: string): LevelText => [price, '1.5', 2]

test('the text has the best ten levels in turns, and no place for one that does not exist', () => {
  const bids = Array.from({ length: 12 }, (_, i) => level(String(50 - i)))
  expect(checksumText([], [])).toBe('')
  expect(bookChecksum([], [])).toBe(0)
  expect(checksumText(bids.slice(0, 2), [level('60')])).toBe('50:1.5:2:60:1.5:2:49:1.5:2')
  expect(checksumText([], [level('60'), level('61')])).toBe('60:1.5:2:61:1.5:2')
  expect(checksumText(bids, [])).toBe(checksumText(bids.slice(0, 10), []))
})

test('the examples of the documentation are followed, and have its text and checksums', () => {
  const page = readFileSync(new URL('../../docs/reference/websocket.md', import.meta.url), 'utf8')
  const messages = page.match(/^\{"type": "(snapshot|update)", "channel": "book".*\}$/gm) ?? []
  const follower = new BookFollower(10)
  expect(messages.map((text) => follower.apply(JSON.parse(text)))).toEqual(['applied', 'applied'])
  const { bids, asks } = JSON.parse(messages[0] ?? '')
  expect(page).toContain(`\n${checksumText(bids, asks)}\n`)
})
