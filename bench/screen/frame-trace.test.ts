import { describe, expect, it } from 'vitest'
import { scriptOfFrames, type TraceEvent } from './frame-trace.ts'

const event = (name: string, atMs: number, ms: number, tid = 1): TraceEvent => ({
  name,
  ph: 'X',
  pid: 1,
  tid,
  ts: atMs * 1000,
  dur: ms * 1000,
  tdur: ms * 500,
})

describe('scriptOfFrames', () => {
  it('adds what ran since the frame before, once, in processor time', () => {
    const events = [
      event('FunctionCall', 0, 2),
      event('FunctionCall', 1, 1),
      event('FireAnimationFrame', 10, 4),
      event('FunctionCall', 11, 2),
      event('FireAnimationFrame', 14.2, 2),
      event('FunctionCall', 20, 6),
      event('FireAnimationFrame', 30, 2),
      event('FunctionCall', 31, 100, 2),
      event('Layout', 40, 50),
    ]
    expect(scriptOfFrames(events)).toEqual([4, 4])
    expect(scriptOfFrames([])).toEqual([])
  })
})
