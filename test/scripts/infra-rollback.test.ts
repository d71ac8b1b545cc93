/** The rollback, with an `aws` that stores aliases in a file and logs its calls. */

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/infra-rollback.mjs', import.meta.url))

/** Reads versions.json and aliases.json of its folder. */
const AWS = `#!${process.execPath}
const fs = require('node:fs')
const file = (name) => require('node:path').join(__dirname, name)
const read = (name) => JSON.parse(fs.readFileSync(file(name), 'utf8'))
const [, verb, ...rest] = process.argv.slice(2)
const option = (name) => rest[rest.indexOf(name) + 1]
const of = option('--function-name')
const aliases = read('aliases.json')
if (!(of in aliases)) {
  console.error('An error occurred (ResourceNotFoundException): Function not found')
  process.exit(254)
}
if (verb === 'update-alias') {
  aliases[of] = option('--function-version')
  fs.writeFileSync(file('aliases.json'), JSON.stringify(aliases))
  fs.appendFileSync(file('moved'), of + '\\n')
}
console.log(JSON.stringify(verb === 'list-versions-by-function' ? { Versions: read('versions.json')[of] } : { FunctionVersion: aliases[of] }))
`

let folder: string

const versions = (...releases: string[]) => [
  { Version: '$LATEST', Description: `Matches. Release ${releases.at(-1)}` },
  ...releases.map((release, i) => ({
    Version: String(i + 1),
    Description: `Matches. Release ${release}`,
    LastModified: `day ${i + 1}`,
  })),
]

beforeEach(() => {
  folder = temporaryDirectory()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'aws'), AWS)
  chmodSync(join(folder, 'aws'), 0o755)
  writeFileSync(
    join(folder, 'versions.json'),
    JSON.stringify({
      // The settings of the matcher changed once more than those of the others.
      ExchangeMatcher: versions('aaa', 'bbb', 'bbb', 'ccc'),
      ExchangeIngest: versions('aaa', 'bbb', 'ccc'),
      ExchangeQuery: versions('aaa', 'bbb', 'ccc'),
    }),
  )
  writeFileSync(
    join(folder, 'aliases.json'),
    JSON.stringify({ ExchangeMatcher: '4', ExchangeIngest: '3', ExchangeQuery: '3' }),
  )
})

const run = (...args: string[]) =>
  execFileSync(process.execPath, [SCRIPT, ...args], { env: { PATH: folder }, encoding: 'utf8', stdio: 'pipe' })
const aliases = () => JSON.parse(readFileSync(join(folder, 'aliases.json'), 'utf8'))

test('one command puts the release before in use, the matcher last', () => {
  const output = run()
  expect(aliases()).toEqual({ ExchangeMatcher: '3', ExchangeIngest: '2', ExchangeQuery: '2' })
  expect(readFileSync(join(folder, 'moved'), 'utf8')).toBe('ExchangeIngest\nExchangeQuery\nExchangeMatcher\n')
  expect(output).toContain('pinned_versions = { ingest = "2", query = "2", matcher = "3" }')
})

test('a second rollback goes one release further; --to goes to any; --list shows them', () => {
  run()
  run()
  expect(aliases()).toEqual({ ExchangeMatcher: '1', ExchangeIngest: '1', ExchangeQuery: '1' })
  expect(() => run()).toThrow('there is no earlier release')
  run('--to', 'ccc')
  expect(aliases()).toEqual({ ExchangeMatcher: '4', ExchangeIngest: '3', ExchangeQuery: '3' })
  expect(run('--list')).toBe('ccc  day 4  in use\nbbb  day 3\naaa  day 1\n')
})

test('no alias moves if a function lacks the release', () => {
  writeFileSync(
    join(folder, 'versions.json'),
    JSON.stringify({
      ExchangeMatcher: versions('aaa', 'bbb', 'bbb', 'ccc'),
      ExchangeIngest: versions('ccc'),
      ExchangeQuery: versions('aaa', 'bbb', 'ccc'),
    }),
  )
  expect(() => run()).toThrow('ExchangeIngest has no version of release bbb')
  expect(aliases()).toEqual({ ExchangeMatcher: '4', ExchangeIngest: '3', ExchangeQuery: '3' })
})

test('the notifier and the lake function move after the matcher, which writes what they read', () => {
  const functions = ['Ingest', 'Query', 'Connect', 'Message', 'Disconnect', 'Matcher', 'Notifier', 'Lake']
  const names = functions.map((name) => `Exchange${name}`)
  const everyone = <T>(value: T) => Object.fromEntries(names.map((name) => [name, value]))
  writeFileSync(join(folder, 'versions.json'), JSON.stringify(everyone(versions('aaa', 'bbb'))))
  writeFileSync(join(folder, 'aliases.json'), JSON.stringify(everyone('2')))
  run()
  expect(readFileSync(join(folder, 'moved'), 'utf8').trim().split('\n')).toEqual(names)
})

test('a function of live market data stays if the release was without it', () => {
  const added = { ExchangeNotifier: versions('ccc'), ExchangeMessage: versions('ccc') }
  const present = JSON.parse(readFileSync(join(folder, 'versions.json'), 'utf8'))
  writeFileSync(join(folder, 'versions.json'), JSON.stringify({ ...present, ...added }))
  writeFileSync(
    join(folder, 'aliases.json'),
    JSON.stringify({ ...aliases(), ExchangeNotifier: '1', ExchangeMessage: '1' }),
  )
  const output = run()
  expect(aliases()).toMatchObject({ ExchangeMatcher: '3', ExchangeIngest: '2', ExchangeNotifier: '1' })
  expect(output).not.toContain('notifier')
})
