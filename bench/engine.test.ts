import { describe, expect, it } from 'vitest'
import { benchEngine, formatEngineReport } from './engine.ts'

describe('the engine benchmark', () => {
  it('runs on tiny inputs, and both engines agree on every stream', async () => {
    const report = await benchEngine({ tiny: true, rounds: 1 })
    const streams = ['shallow', 'deep', 'still', 'normal', 'swing25', 'swing40', 'crash']
    expect(report.rows.filter((row) => row.engine === 'ours').map((row) => row.stream)).toEqual(streams)
    expect(report.rows.every((row) => row.min <= row.commandsPerSecond && row.commandsPerSecond <= row.max)).toBe(true)
    expect(formatEngineReport(report)).toContain('nodejs-order-book')
  })
})
