import { expect, test } from 'vitest'
import { frameText, textFrame } from './text-frame.ts'

test('a frame as characters has the bytes of the frame, for every length of the head', () => {
  for (const length of [0, 1, 125, 126, 127, 500, 1_023, 1_024, 65_535, 65_536]) {
    for (const text of [
      'x'.repeat(length),
      'é'.padEnd(length, 'x'),
      '€'.padEnd(length, 'x'),
      '\u0000'.padEnd(length),
    ]) {
      // Twice, because the head is kept.
      for (let i = 0; i < 2; i++) expect(Buffer.from(frameText(text), 'latin1').equals(textFrame(text))).toBe(true)
    }
  }
})
