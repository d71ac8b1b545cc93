/** Lengths of frames, however the bytes arrive. */

import { expect, test } from 'vitest'
import { FrameLengths } from './frame-lengths.ts'

/** A masked text frame, as clients send them. */
function frame(length: number): Buffer {
  const header =
    length < 126
      ? Buffer.from([0x81, 0x80 | length])
      : length < 65_536
        ? Buffer.from([0x81, 0x80 | 126, length >> 8, length & 255])
        : Buffer.from([
            0x81,
            0x80 | 127,
            0,
            0,
            0,
            0,
            length >>> 24,
            (length >> 16) & 255,
            (length >> 8) & 255,
            length & 255,
          ])
  // Payload that looks like headers.
  return Buffer.concat([header, Buffer.from([1, 2, 3, 4]), Buffer.alloc(length, 0x81)])
}

test.each([1, 3, 7, 1_000, 1_000_000])('lengths of all kinds are read, with %i bytes at a time', (step) => {
  const lengths = [0, 1, 125, 126, 32_768, 65_535, 65_536, 70_000, 5]
  const bytes = Buffer.concat(lengths.map(frame))
  const read: number[] = []
  const frames = new FrameLengths((length) => read.push(length))
  for (let at = 0; at < bytes.length; at += step) frames.take(bytes.subarray(at, at + step))
  expect(read).toEqual(lengths)
})
