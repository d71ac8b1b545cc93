/**
 * The npm package: packed from the sources, installed into an empty folder with production dependencies only, and
 * used through its command. The installation needs the registry for packages that are not in npm's cache. If the
 * registry cannot be reached, the test is skipped with a message. Everything happens in a copy of the checkout, so
 * that other tests keep their dist.
 */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type TestContext, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import { launchProcess, ROOT, whenListening } from './running-exchange.ts'

const COPIED = [
  'package.json',
  'package-lock.json',
  '.npmrc',
  'LICENSE',
  'README.md',
  'tsconfig.json',
  'tsconfig.build.json',
]
const FOLDERS = ['src', 'web', 'scripts', 'samples']
const NOT_COMPILED = /^bidding-exchange is not compiled, .*: run npm install without --omit=dev, or .*npm pack/m
/** What npm reports if the registry cannot be reached. */
const UNREACHABLE = /E(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTCACHED)|network/i

test('in a checkout without the compiler, install succeeds with a message, and start fails with the same message', () => {
  const checkout = copiedCheckout()
  const installed = npm(checkout, 'run', 'prepare')
  expect(installed.stderr).toMatch(NOT_COMPILED)
  expect(installed.status).toBe(0)
  const started = npm(checkout, 'start', '--', '--port', '0')
  expect(started.stderr).toMatch(NOT_COMPILED)
  expect(started.status).toBe(1)
})

test('the package works after an installation without development dependencies', async (context) => {
  skipWithoutRegistry(context)
  const checkout = copiedCheckout()
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'))
  // A file of an earlier build must not be in the package.
  cpSync(join(ROOT, 'samples'), join(checkout, 'dist/left-over'), { recursive: true })
  writeFileSync(join(checkout, 'dist/left-over/gone.js'), '')
  const packed = npm(checkout, 'pack', '--json')
  expect(packed.status, packed.stderr).toBe(0)
  const files = readdirSync(checkout).filter((name) => name.endsWith('.tgz'))
  expect(files).toHaveLength(1)

  const folder = temporaryDirectory()
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const installed = npm(folder, 'install', '--omit=dev', '--prefer-offline', join(checkout, files[0]))
  expect(installed.status, installed.stderr).toBe(0)
  expect(installed.stdout + installed.stderr).not.toMatch(NOT_COMPILED)

  const home = join(folder, 'node_modules/bidding-exchange')
  expect(readdirSync(home).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json', 'samples', 'scripts'])
  const shipped = readdirSync(join(home, 'dist'), { recursive: true, withFileTypes: true }).filter((it) => it.isFile())
  const names = shipped.map(({ name }) => name).filter((name) => !name.endsWith('.d.ts'))
  const isScreen = (name: string) => /^(index\.html|[\w-]+\.(css|svg))$/.test(name)
  expect(names.filter((name) => !(name.endsWith('.js') || isScreen(name)) || name === 'gone.js')).toEqual([])
  checkClient(folder)
  expect(existsSync(join(folder, 'node_modules/typescript'))).toBe(false)

  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  expect(npx(folder, '--version').stdout).toBe(`${version}\n`)
  expect(npx(folder, '--help').stdout).toMatch(/Usage: bidding-exchange COMMAND/)
  expect(npx(folder, 'replay', join(home, 'samples/btcusd-sample.csv'), '--json')).toMatchObject({ status: 0 })

  const lake = join(folder, 'lake')
  mkdirSync(lake)
  expect(npx(folder, 'query', 'SELECT COUNT(*) AS trades FROM trades', '--lake', lake, '--csv').stdout).toBe(
    'trades\n0\n',
  )

  const command = join(folder, 'node_modules/.bin/bidding-exchange')
  const start = ['start', '--port', '0', '--data', join(folder, 'data')]
  const exchange = await whenListening(launchProcess(command, start))
  const api = apiOf(exchange.url)
  const order = { orderId: 'a', symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100 }
  expect(await api.post('/orders', order)).toMatchObject({ status: 202, body: { orderId: 'a' } })
  expect((await api.get('/docs')).status).toBe(200)
  expect((await api.get('/')).body).toContain('<title>Bidding Exchange</title>')
  api.close()
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
  // npm unpacks 150 MB, half of it DuckDB.
}, 400_000)

/** A program that imports the client compiles, and so do the declarations that it needs; then it runs. */
function checkClient(folder: string): void {
  writeFileSync(join(folder, 'program.mts'), CLIENT_PROGRAM)
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const options = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--types', '', 'program.mts']
  const compiled = spawnSync(process.execPath, [compiler, ...options], { cwd: folder, encoding: 'utf8' })
  expect(compiled.stdout).toBe('')
  const ran = spawnSync(process.execPath, [join(folder, 'program.mjs')], { cwd: folder, encoding: 'utf8' })
  expect(ran).toMatchObject({ stdout: 'closed\n', stderr: '', status: 0 })
}

const CLIENT_PROGRAM = `
import { ExchangeClient, type Order, type Trade } from 'bidding-exchange/client'
declare const console: { log(text: string): void }
const exchange = new ExchangeClient({ url: 'ws://127.0.0.1:9/ws' })
const price = (trade: Trade): string => trade.price
const tag = (order: Order): string | null => order.tag
exchange.trades('BTCUSD').onChange(({ trades }) => trades.map(price))
exchange.orders().onChange((change) => change.type === 'update' && change.order !== null && tag(change.order))
exchange.close()
console.log(exchange.state)
`

/** The files that the package is built from, without node_modules and dist. */
function copiedCheckout(): string {
  const folder = temporaryDirectory()
  for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name))
  for (const name of FOLDERS) cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  return folder
}

/** Asks the registry once, because an installation without a registry retries each package for minutes. */
function skipWithoutRegistry(context: TestContext): void {
  const words = ['view', 'hono', 'name', '--prefer-online', '--fetch-retries=0', '--fetch-timeout=10000']
  const { status, stderr } = npm(ROOT, ...words)
  const failure = status === 0 ? null : UNREACHABLE.exec(stderr)
  if (failure === null) return
  console.warn(`package.test.ts: the registry cannot be reached (${failure[0]}); the installed package is not tested.`)
  context.skip(`the registry cannot be reached (${failure[0]})`)
}

const npm = (folder: string, ...words: string[]) => spawned('npm', folder, words)
const npx = (folder: string, ...words: string[]) => spawned('npx', folder, ['--no', '--', 'bidding-exchange', ...words])

/** Runs a command to its end, without the environment variables that npm has set for the tests. */
function spawned(file: string, cwd: string, words: readonly string[]): SpawnSyncReturns<string> {
  const foreign = /^(npm_(package|lifecycle|command|execpath|config_local_prefix)|INIT_CWD|EXCHANGE_)/
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
  return spawnSync(file, words, { cwd, env, encoding: 'utf8', timeout: 200_000 })
}
