import { expect, test } from 'vitest'
import { parseReplayArguments, REPLAY_HELP } from './command-line.ts'

const asked = (line: string) => parseReplayArguments(line.split(' ').filter((word) => word !== ''))

test('a file alone', () => {
  expect(asked('feed.csv')).toEqual({
    kind: 'replay',
    file: 'feed.csv',
    symbol: 'BTCUSD',
    compare: false,
    json: false,
    batchSize: 500,
  })
})

test('every option', () => {
  expect(asked('- --symbol ETHUSD --data d --compare --json --batch 7')).toEqual({
    kind: 'replay',
    file: '-',
    symbol: 'ETHUSD',
    data: 'd',
    compare: true,
    json: true,
    batchSize: 7,
  })
})

test('a sample', () => {
  expect(asked('--sample 100')).toEqual({ kind: 'sample', rows: 100, seed: 1 })
  expect(asked('--sample 100 --seed 9')).toEqual({ kind: 'sample', rows: 100, seed: 9 })
})

test.each(['--help', '-h', 'feed.csv --json --help'])('%s is help', (line) => {
  expect(asked(line)).toEqual({ kind: 'help', text: REPLAY_HELP })
})

test.each([
  ['', 'FILE is missing'],
  ['a.csv b.csv', 'more than one FILE'],
  ['a.csv --batch 0', '--batch takes a number from 1 to 10000'],
  ['a.csv --batch 10001', '--batch takes a number from 1 to 10000'],
  ['a.csv --batch 1e3', '--batch takes a number from 1 to 10000'],
  ['a.csv --data=', '--data takes a directory'],
  ['a.csv --json=yes', "'--json' does not take an argument"],
  ['a.csv --symbol', "'--symbol <value>' argument missing"],
  ['a.csv --fast', "Unknown option '--fast'"],
  ['a.csv --seed 2', '--seed is for --sample'],
  ['a.csv --sample 5', '--sample takes no FILE'],
  ['--sample 0', '--sample takes a number of rows from 1 to 10000000'],
  ['--sample 5 --seed x', '--seed takes a number from 1 to 4294967295'],
])('"%s" is wrong: %s', (line, message) => {
  const request = asked(line)
  expect(request.kind).toBe('usage')
  expect(request).toHaveProperty('message', expect.stringContaining(message))
  expect(request).toHaveProperty('message', expect.stringContaining('bidding-exchange replay --help'))
})
