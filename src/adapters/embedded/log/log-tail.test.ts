import { expect, test } from 'vitest'
import { encodeFrame, frameBytes } from './log-frame.ts'
import { judgeTail } from './log-tail.ts'
import { framesIn } from './segment-frames.ts'

const lines = (count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, i) => `{"kind":"CancelOrder","orderId":"o @${i}"}\n`).join(''))
const frameOf = (firstCommand: number, commandCount: number): Buffer =>
  encodeFrame({ firstCommand, timestampMs: 1_700_000_000_000, commandCount, payload: lines(commandCount) })

const BEFORE = frameOf(1, 3)
const START = BEFORE.length
/** A few sectors long. */
const LAST = frameOf(4, 40)
const whole = Buffer.concat([BEFORE, LAST])
const END = whole.length

/** What the log says of a file: complete, torn, damaged, or an error that no crash explains. */
function verdict(bytes: Buffer): string {
  let end = 0
  try {
    for (const frame of framesIn(bytes, 'segment', true)) end += frameBytes(frame)
  } catch (cause) {
    return (cause as Error).name
  }
  return end === END ? 'complete' : judgeTail(bytes, end).kind
}
const withZeros = (from: number, to: number, behind = 2_000): Buffer =>
  Buffer.concat([whole, Buffer.alloc(behind)]).fill(0, from, to)

test('a frame that ends too early is torn, at every byte: the file ends there, or zeros follow', () => {
  expect(verdict(whole)).toBe('complete')
  for (let cut = START + 1; cut < END; cut++) {
    expect(verdict(whole.subarray(0, cut))).toBe('torn')
    expect(verdict(withZeros(cut, END))).toBe('torn')
  }
  expect(verdict(withZeros(START, END))).toBe('none')
})

test('a frame without some of its sectors is torn, whichever they are', () => {
  const first = Math.floor(START / 512)
  const last = Math.floor((END - 1) / 512)
  const count = last - first + 1
  expect(count).toBeGreaterThan(3)
  for (let missing = 1; missing < 2 ** count - 1; missing++) {
    const bytes = Buffer.concat([whole, Buffer.alloc(2_000)])
    for (let i = 0; i < count; i++) {
      if ((missing & (1 << i)) !== 0)
        bytes.fill(0, Math.max(START, (first + i) * 512), Math.min(END, (first + i + 1) * 512))
    }
    expect(verdict(bytes)).toBe('torn')
  }
})

test('one flipped bit in a complete frame is damage, wherever it is and whatever follows', () => {
  for (const behind of [0, 2_000]) {
    for (let bit = START * 8; bit < END * 8; bit++) {
      const bytes = withZeros(0, 0, behind)
      bytes[bit >> 3] ^= 1 << (bit & 7)
      expect(['damaged', 'UnknownVersion']).toContain(verdict(bytes))
    }
  }
})

test('bytes behind a frame that is not complete prove that it was synced: damage', () => {
  const torn = whole.subarray(0, END - 10)
  expect(verdict(Buffer.concat([torn, Buffer.from('more than the ten bytes')]))).toBe('damaged')
  expect(verdict(Buffer.concat([Buffer.from(whole).fill(1, END - 9, END - 8), frameOf(44, 1)]))).toBe('DamagedLog')
})

test('bytes that are no frame at all are damage', () => {
  expect(verdict(Buffer.concat([BEFORE, Buffer.from('something else')]))).toBe('damaged')
})
