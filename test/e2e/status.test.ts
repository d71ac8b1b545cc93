/** `bidding-exchange status` against the real process: exit codes, JSON, and a watch over a restart. */

import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { ExchangeStatus } from '../../src/entrypoints/status/exchange-status.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import { eventually, launch, run, startExchange } from './running-exchange.ts'

const ORDER = { symbol: 'BTCUSD', side: 'BUY', quantity: '1', price: '100.00' }

/** A server with these answers by path, for states that a real exchange rarely has. */
async function stub(answers: Record<string, readonly [status: number, body: unknown]>) {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization)
    const [status, body] = answers[request.url ?? ''] ?? [404, { code: 'not_found' }]
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

test('shows a running exchange on one screen and as JSON', async () => {
  const exchange = await startExchange(temporaryDirectory())
  const api = apiOf(exchange.url)
  onTestFinished(() => api.close())
  await api.post('/orders', ORDER, { Prefer: 'wait=10' })
  await api.post('/orders', { ...ORDER, price: '99.00' }, { Prefer: 'wait=10' })
  const screen = await run(['status'], { EXCHANGE_URL: exchange.url })
  expect(screen).toMatchObject({ code: 0, stderr: '' })
  expect(screen.stdout).toMatch(/^● OK {2}http/)
  expect(screen.stdout).toMatch(/^BTCUSD +CONTINUOUS +100\.00 +– +– +2$/m)
  // It is not a terminal.
  expect(screen.stdout).not.toContain('\u001b')
  const json = await run(['status', '--url', `${exchange.url}/`, '--json'])
  expect(json.code).toBe(0)
  const status: ExchangeStatus = JSON.parse(json.stdout)
  expect(status).toMatchObject({ state: 'ok', faults: [], openOrders: 2, instruments: 3, rates: { orders: 0 } })
  expect(status.latency).toMatchObject({ request: { window: 'start' }, sync: { window: 'start' } })
  expect(status.memory.resident).toBeGreaterThan(1e7)
})

test('a watch finds the exchange again after a restart', async () => {
  const data = temporaryDirectory()
  const first = await startExchange(data)
  const { port } = new URL(first.url)
  const watch = launch(['status', '--watch=1', '--json', '--url', first.url])
  const looks = (): ExchangeStatus[] =>
    watch
      .stdout()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  const last = (state: ExchangeStatus['state']) =>
    eventually(async () => (looks().at(-1)?.state === state ? looks().at(-1) : undefined))
  await last('ok')
  await first.stop('SIGTERM')
  expect(await last('unreachable')).toMatchObject({ commands: 4, uptime: null, faults: [{ cause: 'unreachable' }] })
  await startExchange(data, ['--port', port])
  expect(await last('ok')).toMatchObject({ faults: [] })
  watch.process.kill('SIGINT')
  expect(await watch.ended).toMatchObject({ code: 0, signal: null, stderr: '' })
})

test('exit codes: 1 degraded or failing, 2 wrong usage, 3 nobody answers', async () => {
  const causes = [{ cause: 'log_full', since: '2026-01-31T12:00:00.000Z', detail: 'The disk is full.' }]
  const degraded = await stub({
    '/health': [200, { status: 'degraded', causes }],
    '/instruments': [200, { instruments: [] }],
  })
  const shown = await run(['status', '--url', degraded.url])
  expect(shown.code).toBe(1)
  expect(shown.stdout).toMatch(/^log_full since 2026-01-31T12:00:00Z\n {2}The disk is full\.\n {2}→ Free space/m)
  const failing = await stub({
    '/health': [503, { status: 'failing', code: 'core_not_responding', detail: 'It did not.' }],
  })
  const failed = await run(['status', '--json', '--url', failing.url])
  expect(failed.code).toBe(1)
  expect(JSON.parse(failed.stdout)).toMatchObject({ state: 'failing', faults: [{ cause: 'core_not_responding' }] })
  const stopping = await stub({ '/health': [503, { code: 'unavailable', detail: 'The core has failed.' }] })
  expect((await run(['status', '--url', stopping.url])).code).toBe(1)

  const other = await stub({})
  expect(await run(['status', '--url', other.url])).toMatchObject({ code: 3 })
  const nobody = await run(['status', '--json', '--url', 'http://127.0.0.1:1'])
  expect(nobody.code).toBe(3)
  expect(JSON.parse(nobody.stdout)).toMatchObject({ state: 'unreachable', commands: null })

  for (const words of [
    ['--watch', '0'],
    ['--watch=x'],
    ['5'],
    ['--url', 'ftp://x'],
    ['--no'],
    ['--key-file', '/no/such'],
  ]) {
    const refused = await run(['status', ...words])
    expect(refused, words.join(' ')).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('Try: bidding-exchange status --help')
  }
  expect((await run(['status', '--help'])).stdout).toContain('Exit code: 0')
})

test('sends a key from a file or the environment', async () => {
  const exchange = await stub({ '/health': [200, { status: 'ok' }], '/instruments': [200, { instruments: [] }] })
  const file = join(temporaryDirectory(), 'key')
  writeFileSync(file, 'from-file\n')
  expect((await run(['status', '--url', exchange.url, '--key-file', file])).code).toBe(0)
  expect((await run(['status', '--url', exchange.url], { EXCHANGE_API_KEY: 'from-environment' })).code).toBe(0)
  expect((await run(['status', '--url', exchange.url])).code).toBe(0)
  expect(new Set(exchange.asked)).toEqual(new Set(['Bearer from-file', 'Bearer from-environment', undefined]))
})

test('a reader that closes the output ends the watch without an error', async () => {
  const words = ['status', '--watch', '1', '--url', 'http://127.0.0.1:9']
  const watch = launch(words)
  watch.process.stdout?.once('data', () => watch.process.stdout?.destroy())
  expect(await watch.ended).toMatchObject({ code: 3, stderr: '' })
})
