/** Each runtime dependency has its line in the decisions: what it replaces and its size. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const fileOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const dependencies = Object.keys(JSON.parse(fileOf('package.json')).dependencies)

test('the decision about runtime dependencies lists exactly those of package.json', () => {
  const rows = fileOf('docs/decisions/0010-runtime-dependencies.md').matchAll(/^\| (`[^|]+) \|/gm)
  const listed = [...rows].flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name))
  expect(listed.sort()).toEqual(dependencies.sort())
})
