import { expect, test } from 'vitest'
import type { DeadLetter } from '../ports/dead-letters.ts'
import { DEMO_INSTRUMENTS, parseInstrument } from '../protocol/instrument.ts'
import { readRecord } from './record-lines.ts'

const instruments = new Map(DEMO_INSTRUMENTS.map((text) => [text.symbol, parseInstrument(text)]))
const time = '{"kind":"AdvanceTime","symbol":"BTCUSD"}'

function read(...parts: (string | number[])[]) {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
  const dead: DeadLetter[] = []
  const record = readRecord('BTCUSD', { position: '7', timestampMs: 5, bytes }, instruments, dead)
  return { record, dead: dead.map(({ index, bytes }) => [index, ...bytes]) }
}

test('a line is a command, with or without a last newline', () => {
  expect(read(`${time}\n${time}`).record.commands).toHaveLength(2)
  expect(read(`${time}\n${time}\n`).record.commands).toHaveLength(2)
  expect(read('').record.commands).toHaveLength(0)
})

test('an empty line is nothing', () => {
  const { record, dead } = read(`\n${time}\n\n`)
  expect([record.commands.length, dead]).toEqual([1, []])
})

test('bytes that are no text are kept as they came, and the lines around them are read', () => {
  const { record, dead } = read(`${time}\n`, [0xff, 0xe2, 0x82], '\n', [0xc3], `\n${time}`)
  expect(record.commands).toHaveLength(2)
  expect(dead).toEqual([
    [1, 0xff, 0xe2, 0x82],
    [2, 0xc3],
  ])
})

test('lines are counted among the commands that may be copies', () => {
  const again = time.replace('}', ',"again":true}')
  expect([...read(`bad\n${time}\n${again}\n${time.replace('}', ',"again":"yes"}')}`).record.again]).toEqual([1])
})

test('two halves of an object are two lines, not one', () => {
  expect(read('{"kind":"AdvanceTime",\n"symbol":"BTCUSD"}').dead).toHaveLength(2)
})
