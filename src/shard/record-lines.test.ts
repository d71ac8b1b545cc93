import { expect, test } from 'vitest'
import type { DeadLetter } from '../ports/dead-letters.ts'
import { DEMO_INSTRUMENTS, parseInstrument } from '../protocol/instrument/instrument.ts'
import { readRecord } from './record-lines.ts'

const instruments = new Map(DEMO_INSTRUMENTS.map((text) => [text.symbol, parseInstrument(text)]))
const time = '{"kind":"AdvanceTime","symbol":"BTCUSD"}'

function read(...parts: (string | number[])[]) {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
  const dead: DeadLetter[] = []
  const record = readRecord('BTCUSD', { position: '7', timestampMs: 5, bytes }, instruments, dead)
  return { record, dead: dead.map(({ index, bytes }) => [index, ...bytes]) }
}

test('reads each line as a command, with or without a newline at the end', () => {
  expect(read(`${time}\n${time}`).record.commands).toHaveLength(2)
  expect(read(`${time}\n${time}\n`).record.commands).toHaveLength(2)
  expect(read('').record.commands).toHaveLength(0)
})

test('ignores an empty line', () => {
  const { record, dead } = read(`\n${time}\n\n`)
  expect([record.commands.length, dead]).toEqual([1, []])
})

test('keeps bytes that are no text unchanged, and reads the lines around them', () => {
  const { record, dead } = read(`${time}\n`, [0xff, 0xe2, 0x82], '\n', [0xc3], `\n${time}`)
  expect(record.commands).toHaveLength(2)
  expect(dead).toEqual([
    [1, 0xff, 0xe2, 0x82],
    [2, 0xc3],
  ])
})

test('marks commands that may be copies by their index among the commands', () => {
  const again = time.replace('}', ',"again":true}')
  expect([...read(`bad\n${time}\n${again}\n${time.replace('}', ',"again":"yes"}')}`).record.again]).toEqual([1])
})

test('reads an object that is split over two lines as two lines', () => {
  expect(read('{"kind":"AdvanceTime",\n"symbol":"BTCUSD"}').dead).toHaveLength(2)
})
