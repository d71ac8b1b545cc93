import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PROBLEM_CODES, PROBLEMS } from '../../src/api/problems.ts'
import { MATCHER_DETAILS } from '../../src/entry/matcher-rejection.ts'
import { REJECT_REASONS } from '../../src/protocol/reasons.ts'
import { ROUTES } from '../../src/rest/route-table.ts'

const reference = readFileSync(new URL('../../docs/reference/http.md', import.meta.url), 'utf8')

/** The first cells of the rows of the table under a heading. */
function rowsUnder(heading: string): string[][] {
  const section = reference.split(`\n## ${heading}\n`)[1].split('\n## ')[0]
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
}

test('docs/reference/http.md lists every problem in the order of the table', () => {
  const written = rowsUnder('Problems').map(([code, status, title]) => [code, Number(status), title])
  expect(written).toEqual(PROBLEM_CODES.map((code) => [code, PROBLEMS[code].status, PROBLEMS[code].title]))
})

test('docs/reference/http.md lists every route', () => {
  const written = rowsUnder('Routes').map(([route]) => route)
  expect(written).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`))
})

test('a rejection by the matcher says the rule in the words of docs/reference/rejections.md', () => {
  const page = readFileSync(new URL('../../docs/reference/rejections.md', import.meta.url), 'utf8')
  const section = page.split('\n## Reasons for rejection\n')[1].split('\n## ')[0]
  const written = [...section.matchAll(/^### (\w+)\n\n_([^_]+)_/gm)].map(([, reason, rule]) => [reason, rule])
  expect(written).toEqual(REJECT_REASONS.map((reason) => [reason, MATCHER_DETAILS[reason]]))
})
