import { expect, test } from 'vitest'
import { readTraceparent, tracedLine, writeTraceparent } from './traceparent.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

test('the span of a client is read and written', () => {
  for (const isSampled of [true, false]) {
    const span = { traceId: TRACE, spanId: SPAN, isSampled }
    expect(readTraceparent(writeTraceparent(span))).toEqual(span)
  }
})

test('a newer version may have more fields', () => {
  expect(readTraceparent(`01-${TRACE}-${SPAN}-03-more`)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true })
})

test.each([
  ['nothing', undefined],
  ['an empty header', ''],
  ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
  ['more fields in version 00', `00-${TRACE}-${SPAN}-01-more`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['a short span', `00-${TRACE}-${SPAN.slice(1)}-01`],
  ['text before it', ` 00-${TRACE}-${SPAN}-01`],
])('%s is no span', (_, text) => {
  expect(readTraceparent(text)).toBeUndefined()
})

test('a line has its trace behind the command', () => {
  expect(tracedLine('{"kind":"CancelOrder"}', 'a"b')).toBe('{"kind":"CancelOrder","traceId":"a\\"b"}')
})
