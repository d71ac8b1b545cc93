/** The reference pages and the lists of the protocol have the same names in the same order. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COMMAND_KINDS } from './command/commands.ts'
import { CANCEL_REASONS, REJECT_REASONS } from './reasons.ts'

const page = (name: string) =>
  readFileSync(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8').split('\n')

const headings = (lines: readonly string[], level: string) =>
  lines.filter((line) => line.startsWith(`${level} `)).map((line) => line.slice(level.length + 1))

test('rejections.md has a heading for every reason, in order of precedence', () => {
  const lines = page('rejections.md')
  const cancellations = lines.indexOf('## Reasons for cancellation')
  expect(headings(lines.slice(0, cancellations), '###')).toEqual(REJECT_REASONS)
  expect(headings(lines.slice(cancellations), '###')).toEqual(CANCEL_REASONS)
})

test('commands.md has a heading for every command', () => {
  expect(headings(page('commands.md'), '##')).toEqual(COMMAND_KINDS)
})

test('events.md has a heading for every event', () => {
  const source = readFileSync(new URL('./event/events.ts', import.meta.url), 'utf8')
  const kinds = [...source.matchAll(/readonly kind: '(\w+)'/g)].map((match) => match[1])
  expect(headings(page('events.md'), '##')).toEqual(kinds)
})
