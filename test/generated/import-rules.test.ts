/** Every folder of src and of the screen has a rule and a row in ARCHITECTURE.md, and both say the same. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { IMPORT_RULES, SCREEN_ORDER, SCREEN_RULES, STATE_ORDER } from './import-rules.ts'

const root = new URL('../../', import.meta.url)
const isFolder = (name: string) => existsSync(new URL(`src/${name}/`, root))

function folders(): string[] {
  const top = readdirSync(new URL('src', root)).filter(isFolder)
  return top.flatMap((name) =>
    name === 'adapters' ? readdirSync(new URL('src/adapters', root)).map((adapter) => `adapters/${adapter}`) : name,
  )
}

/** By folder: the names in the last column of the code map. */
function codeMap(): Map<string, readonly string[]> {
  const page = readFileSync(new URL('ARCHITECTURE.md', root), 'utf8')
  const rows = [...page.matchAll(/^\| `((?:src|web)\/[a-z./-]+)` \|.*\|([^|]+)\|$/gm)]
  return new Map(rows.map(([, name, may]) => [name, [...may.matchAll(/`([a-z/-]+)`/g)].map(([, other]) => other)]))
}

test.each(folders().filter((name) => name !== 'entrypoints'))(
  'src/%s has a rule, and its row says the same',
  (name) => {
    const rule = IMPORT_RULES[name]
    expect(rule, `add a row for ${name} to test/generated/import-rules.ts`).toBeDefined()
    expect([...(codeMap().get(`src/${name}`) ?? ['no row'])].sort()).toEqual(rule.may.filter(isFolder).sort())
  },
)

test.each(readdirSync(new URL('web', root)).filter((name) => name in SCREEN_RULES))('so has web/%s', (name) => {
  const may = [...SCREEN_ORDER[name].map((other) => `web/${other}`), ...SCREEN_RULES[name]]
  expect([...(codeMap().get(`web/${name}`) ?? ['no row'])].sort()).toEqual(may.sort())
})

test('web/state has the folders of its order, and its row names them in this order', () => {
  const entries = readdirSync(new URL('web/state', root), { withFileTypes: true })
  expect(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)).toEqual([...STATE_ORDER].sort())
  const row = /^\| `web\/state` \|(.*?)\|/m.exec(readFileSync(new URL('ARCHITECTURE.md', root), 'utf8'))?.[1] ?? ''
  expect([...row.matchAll(/`([a-z]+)`/g)].map(([, name]) => name)).toEqual(STATE_ORDER)
})
