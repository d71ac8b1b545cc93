/** The command line: its commands and options, exit codes and error messages. */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import {
  eventually,
  launchProcess,
  logged,
  ROOT,
  run,
  startExchange,
  verify,
  whenListening,
} from './running-exchange.ts'

const written = (content: unknown): string => {
  const path = join(temporaryDirectory(), 'file.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const TRADED = { symbol: 'TRADED', base: 'T', quote: 'USD', tickSize: '0.5', lotSize: '1' }

describe('help', () => {
  test.each([
    [['--help'], /start .*\n.*admin .*\n.*status .*\n.*replay .*\n.*verify .*\n.*query .*\n.*export /],
    [['help'], /Usage: bidding-exchange COMMAND/],
    [['start', '--help'], /--port N .*default 3000, EXCHANGE_PORT/],
    [['start', '-h'], /--instruments FILE/],
    [['replay', '--help'], /Usage: bidding-exchange replay FILE/],
    [['admin', '--help'], /instruments define SYMBOL .*[\s\S]*--key KEY .*EXCHANGE_API_KEY/],
    [['verify', '--help'], /Usage: bidding-exchange verify/],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
  ])('%j', async (words, text) => {
    const { code, stdout, stderr } = await run(words)
    expect(stdout).toMatch(text)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('wrong usage ends with 2 and a message', () => {
  test.each([
    [['sell'], /no command "sell"/],
    [['start', '--colour'], /Unknown option '--colour'/],
    [['start', '--port'], /--port/],
    [['start', '--port', 'http'], /--port takes a whole number from 0 to 65535, not http/],
    [['start', '--port', '65536'], /--port takes/],
    [['start', '--rate-limit', '0'], /--rate-limit takes/],
    [['start', '--log-level', 'loud'], /--log-level takes debug/],
    [['start', 'now'], /unexpected argument "now"/],
    [['start', '--host', '0.0.0.0'], /can be reached from other machines: --api-keys FILE is required/],
    [['start', '--host', '::'], /can be reached from other machines/],
    [['start', '--api-keys', '/nowhere/keys.json'], /keys\.json: ENOENT/],
    [['replay'], /FILE is missing/],
    [['replay', 'a.csv', '--batch', '0'], /--batch takes/],
    [['verify', '--data', '/nowhere'], /is not a data directory of an exchange/],
    [['verify', 'all'], /unexpected argument "all"/],
  ])('%j', async (words, reason) => {
    const { code, stdout, stderr } = await run(words)
    expect(stderr).toMatch(reason)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  test('a command line without a command prints the help and ends with 2', async () => {
    expect((await run([])).code).toBe(2)
  })
})

test('start ends with 1 if the port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const data = join(temporaryDirectory(), 'data')
  const { code, stderr } = await run(['start', '--port', String(port), '--data', data])
  expect(existsSync(data)).toBe(false)
  expect(stderr).toContain(`bidding-exchange start: port ${port} on 127.0.0.1 is taken; choose another with --port`)
  expect(code).toBe(1)
  await new Promise((resolve) => server.close(resolve))
})

test('start ends with 1 and one sentence if the machine does not have the address', async () => {
  const keys = written([{ account: 'ann', keySha256: '0'.repeat(64) }])
  const data = join(temporaryDirectory(), 'data')
  const words = ['start', '--host', '203.0.113.1', '--port', '0', '--api-keys', keys, '--data', data]
  const { code, stderr } = await run(words)
  const sentence = 'this machine does not have the address 203.0.113.1; choose another with --host'
  expect({ code, stderr }).toEqual({ code: 1, stderr: `bidding-exchange start: ${sentence}\n` })
  expect(existsSync(data)).toBe(false)
})

test('replay ends with 1 if the file does not exist', async () => {
  const { code, stderr } = await run(['replay', '/nowhere/feed.csv'])
  expect(stderr).toMatch(/bidding-exchange replay: .*feed\.csv/)
  expect(code).toBe(1)
})

test('an option is used instead of its environment variable', async () => {
  const data = temporaryDirectory()
  const env = {
    EXCHANGE_PORT: '0',
    EXCHANGE_DATA: data,
    EXCHANGE_INSTRUMENTS: written([TRADED]),
    EXCHANGE_LOG_LEVEL: 'silent',
  }
  const exchange = await whenListening(launchProcess(process.execPath, ['dist/entrypoints/cli.js', 'start'], env))
  const api = apiOf(exchange.url)
  expect((await api.get('/instruments')).body.instruments).toMatchObject([TRADED])
  api.close()
  const { code, stderr, stdout } = await exchange.stop('SIGTERM')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain(data)
  const { stderr: refused } = await run(['start', '--port', 'x'], env)
  expect(refused).toMatch(/not x/)
})

describe('--instruments', () => {
  test('defines the instruments of a new exchange; an existing exchange ignores it with a warning', async () => {
    const data = temporaryDirectory()
    await (await startExchange(data)).stop('SIGTERM')
    const exchange = await startExchange(data, ['--instruments', written([TRADED])])
    const api = apiOf(exchange.url)
    const { instruments } = (await api.get('/instruments')).body
    api.close()
    expect(instruments).toMatchObject(DEMO_INSTRUMENTS)
    expect(instruments).toHaveLength(DEMO_INSTRUMENTS.length)
    const { stderr } = await exchange.stop('SIGTERM')
    expect(stderr).toContain('the exchange is not new: --instruments is ignored')
  })

  test.each([
    ['no JSON', '{', /file\.json: it is not JSON/, 2],
    ['no array', {}, /expected a JSON array/, 2],
    ['an empty array', [], /expected a JSON array/, 2],
    ['a missing field', [{ ...TRADED, tickSize: undefined }], /instrument 1: tickSize must be text/, 2],
    ['a bad symbol', [{ ...TRADED, symbol: 'no way' }], /symbol "no way" must match/, 2],
    ['a bad tick', [{ ...TRADED, tickSize: '0' }], /TRADED: /, 2],
    ['a symbol twice', [TRADED, TRADED], /TRADED is listed twice/, 2],
    ['a largest quantity off the lot', [{ ...TRADED, maxQuantity: '1.5' }], /maxQuantity 1\.5: off_step/, 2],
  ])('%s is refused', async (_, content, reason, exitCode) => {
    const data = temporaryDirectory()
    const { code, stderr } = await run(['start', '--port', '0', '--data', data, '--instruments', written(content)])
    expect(stderr).toMatch(reason)
    expect(stderr).not.toMatch(/^ +at /m)
    expect(code).toBe(exitCode)
    expect(readdirSync(data)).toEqual([])
  })
})

describe('API keys', () => {
  const keySha256 = createHash('sha256').update('secret').digest('hex')

  test('an exchange that other machines can reach authenticates its callers', async () => {
    const keys = written([{ account: 'ann', keySha256 }])
    const exchange = await startExchange(temporaryDirectory(), ['--host', '0.0.0.0', '--api-keys', keys])
    const api = apiOf(exchange.url.replace('0.0.0.0', '127.0.0.1'))
    const order = { orderId: 'a', symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100 }
    const unknown = await api.post('/orders', order)
    expect(unknown).toMatchObject({
      status: 401,
      body: { code: 'unauthorized' },
      headers: { 'www-authenticate': 'Bearer' },
    })
    expect((await api.post('/orders', order, { 'X-API-Key': 'guess' })).status).toBe(401)
    expect((await api.post('/orders', order, { Authorization: 'Bearer secret' })).status).toBe(202)
    expect((await api.get('/book/BTCUSD')).body.bids).toHaveLength(1)
    const halt = await api.send('PATCH', '/instruments/BTCUSD', { phase: 'HALTED' }, { 'X-API-Key': 'secret' })
    expect(halt).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    api.close()
  })

  test('SIGHUP reads the keys again; with a bad file the old keys stay valid', async () => {
    const file = written([{ account: 'ann', keySha256 }])
    const exchange = await startExchange(temporaryDirectory(), ['--api-keys', file])
    const api = apiOf(exchange.url)
    const statusOf = async (key: string) => (await api.send('GET', '/orders', undefined, { 'X-API-Key': key })).status
    const hangUp = async (content: string, message: string) => {
      writeFileSync(file, content)
      exchange.process.kill('SIGHUP')
      return eventually(async () => logged(exchange.stderr(), message))
    }
    const bob = { account: 'bob', keySha256: createHash('sha256').update('other').digest('hex') }
    expect([await statusOf('secret'), await statusOf('other')]).toEqual([200, 401])
    await hangUp(JSON.stringify([bob]), 'the API keys were read again')
    expect([await statusOf('secret'), await statusOf('other')]).toEqual([401, 200])
    const { error } = await hangUp('[', 'the key file is bad; the old API keys stay')
    expect(error).toMatch(/--api-keys .*: it is not JSON/)
    expect([await statusOf('secret'), await statusOf('other')]).toEqual([401, 200])
    api.close()
    expect((await exchange.stop('SIGTERM')).code).toBe(0)
  })

  test('SIGHUP without a key file is ignored', async () => {
    const exchange = await startExchange(temporaryDirectory())
    exchange.process.kill('SIGHUP')
    await eventually(async () => logged(exchange.stderr(), 'SIGHUP is ignored: there is no key file to read again'))
    const { code, stderr } = await exchange.stop('SIGTERM')
    expect(code).toBe(0)
    expect(logged(stderr, 'stopped')).toBeDefined()
  })

  test.each([
    ['no JSON', '['],
    ['an empty array', []],
    ['a secret that others may read', [{ account: 'ann', keySha256, secret: 'a-secret-of-some-length' }]],
    ['a field that there is none', [{ account: 'ann', keySha256, role: 'operator' }]],
    ['a key in the open', [{ account: 'ann', keySha256: 'secret' }]],
    ['no account', [{ keySha256 }]],
    ['an account that is none', [{ account: 'a b', keySha256 }]],
    [
      'a key twice',
      [
        { account: 'ann', keySha256 },
        { account: 'bob', keySha256 },
      ],
    ],
  ])('%s is refused', async (_, content) => {
    const words = ['start', '--port', '0', '--data', temporaryDirectory(), '--api-keys', written(content)]
    const { code, stderr } = await run(words)
    expect(stderr).toMatch(/--api-keys/)
    expect(stderr).not.toMatch(/^ +at /m)
    expect(code).toBe(2)
  })
})

test('replay --json prints one object for the sample, and verify agrees', async () => {
  const data = temporaryDirectory()
  const { code, stdout } = await run(['replay', 'samples/btcusd-sample.csv', '--data', data, '--json'])
  expect(code).toBe(0)
  const summary = JSON.parse(stdout)
  expect(summary).toMatchObject({
    events: readFileSync(join(ROOT, 'samples/btcusd-sample.csv'), 'utf8').trimEnd().split('\n').length - 1,
    orders: expect.any(Number),
    cancels: expect.any(Number),
    cancelsTooLate: expect.any(Number),
    trades: expect.any(Number),
    quantity: expect.stringMatching(/^\d+(\.\d+)?$/),
    bestBid: expect.stringMatching(/^\d+\.\d\d$/),
    bestAsk: expect.stringMatching(/^\d+\.\d\d$/),
    elapsedMs: expect.any(Number),
    eventsPerSecond: expect.any(Number),
  })
  expect(summary.trades).toBeGreaterThan(0)
  const verified = await verify(data)
  expect(verified).toMatchObject({ agrees: true, orders: summary.orders, trades: summary.trades })
  // An exchange can be started on the directory and has the final book of the replay.
  const exchange = await startExchange(data)
  const api = apiOf(exchange.url)
  const { bids, asks } = (await api.get('/book/BTCUSD')).body
  expect([bids[0].price, asks[0].price]).toEqual([summary.bestBid, summary.bestAsk])
  api.close()
})

test('replay reads standard input and prints text', async () => {
  const { code, stdout } = await run(
    ['replay', '-', '--data', temporaryDirectory()],
    {},
    readFileSync(join(ROOT, 'samples/btcusd-sample.csv'), 'utf8'),
  )
  expect(stdout).toMatch(/Replayed into BTCUSD\n +events +2,000\n/)
  expect(code).toBe(0)
})

test('npm start passes options on and stops at a signal to npm', async () => {
  const data = temporaryDirectory()
  const exchange = await whenListening(launchProcess('npm', ['start', '--', '--port', '0', '--data', data]))
  const api = apiOf(exchange.url)
  expect((await api.get('/health')).body.status).toBe('ok')
  api.close()
  // npm starts the exchange and passes the signal on. When npm ends, the exchange has stopped.
  const pid = Number(readFileSync(join(data, 'lock'), 'utf8').split(' ')[0])
  onTestFinished(() => {
    // Without the signal the exchange would keep running after npm.
    if (spawnSync('kill', ['-0', String(pid)]).status === 0) process.kill(pid, 'SIGKILL')
  })
  expect(pid).not.toBe(exchange.process.pid)
  const { code, stderr } = await exchange.stop('SIGTERM')
  expect(code).toBe(0)
  expect(logged(stderr, 'stopping')).toMatchObject({ reason: 'SIGTERM' })
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})
