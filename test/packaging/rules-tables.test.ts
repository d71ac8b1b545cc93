/** The pages that list the versions of the rules agree with src/protocol/versions.ts. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RULES_NEWEST, RULES_OLDEST } from '../../src/protocol/versions.ts'

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** The cells of each row of the table that starts with this heading, without the heading. */
function rowsOf(path: string, heading: string): string[][] {
  const [, table = ''] = textOf(path).split(`\n${heading}\n`)
  const lines = (table.split('\n\n')[0] as string).split('\n').slice(1)
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const versions = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => String(from + n))

test('the upgrade page has the rules that the program of this package knows', () => {
  const { version } = JSON.parse(textOf('package.json')) as { version: string }
  const rows = rowsOf('docs/operate/upgrade.md', '| program | rules that it knows | a new exchange starts at |')
  expect(rows[0]).toEqual([version, versions(RULES_OLDEST, RULES_NEWEST).join(', '), String(RULES_NEWEST)])
})

test('the reference of AdoptRules says what each version adds', () => {
  const rows = rowsOf('docs/reference/commands.md', '| rules | what is new |')
  expect(rows.map(([rules]) => rules)).toEqual(versions(1, RULES_NEWEST))
})
