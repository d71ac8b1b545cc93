import { expect, test } from 'vitest'
import { decodeFrame, encodeFrame, FRAME_HEADER_BYTES, frameBytes } from './log-frame.ts'

const frame = { firstCommand: 2 ** 40, timestampMs: 1.7e12, commandCount: 3, payload: Buffer.from('a\nb\nc\n') }

test('an encoded frame decodes to the same frame, at any offset', () => {
  const bytes = Buffer.concat([Buffer.from('before'), encodeFrame(frame), Buffer.from('behind')])
  expect(decodeFrame(bytes, 6)).toEqual(frame)
  expect(frameBytes(frame)).toBe(FRAME_HEADER_BYTES + 6)
})

test('a change of any bit is detected', () => {
  const bytes = encodeFrame(frame)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    bytes[bit >> 3] ^= 1 << (bit & 7)
    expect(decodeFrame(bytes, 0), `bit ${bit}`).toBeUndefined()
    bytes[bit >> 3] ^= 1 << (bit & 7)
  }
})

test('a frame cut at any length is detected', () => {
  const bytes = encodeFrame(frame)
  for (let length = 0; length < bytes.length; length++)
    expect(decodeFrame(bytes.subarray(0, length), 0)).toBeUndefined()
})

test('zeros are not a frame', () => {
  expect(decodeFrame(Buffer.alloc(100), 0)).toBeUndefined()
})
