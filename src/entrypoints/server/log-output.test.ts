import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { LogOutput } from './log-output.ts'

/** A stream whose reader takes lines only while `read` is called. */
function pipe() {
  const lines: string[] = []
  let waiting: (() => void) | undefined
  let open = false
  const stream = new Writable({
    decodeStrings: false,
    write(line, _, done) {
      lines.push(String(line))
      if (open) done()
      else waiting = done
    },
  })
  const read = () => {
    open = true
    waiting?.()
    waiting = undefined
  }
  return { stream, lines, read }
}

const LINE = `${'x'.repeat(1023)}\n`

test('drops lines that nobody reads beyond 1 MiB, and says how many when they are read', async () => {
  const { stream, lines, read } = pipe()
  const output = new LogOutput(stream)
  output.onDropped = (count) => output.write(`dropped ${count}\n`)
  for (let i = 0; i < 1_100; i++) output.write(LINE)
  expect(stream.writableLength).toBe(1024 * 1024)
  read()
  await new Promise((resolve) => setImmediate(resolve))
  expect(lines).toHaveLength(1_025)
  expect(lines.at(-1)).toBe('dropped 76\n')
  output.write('next\n')
  expect(lines.at(-1)).toBe('next\n')
})

test('a stream that fails does no harm', () => {
  const { stream } = pipe()
  const output = new LogOutput(stream)
  stream.destroy(new Error('EPIPE'))
  expect(() => output.write(LINE)).not.toThrow()
})
