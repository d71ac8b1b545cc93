/** What surrounds the process is at its limit: open files, a log that nobody reads, a stop that takes too long. */

import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import { CLI, eventually, launchProcess, logged, ROOT, startExchange, whenListening } from './running-exchange.ts'

const FAULTS = fileURLToPath(new URL('disk-faults.cjs', import.meta.url))
const ORDER = { symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100 }

/** Starts an exchange with a limit of open files, and a shell that sets it. */
const startWithFiles = (limit: number, data: string) => {
  const command = `ulimit -n ${limit} && exec "${process.execPath}" "${CLI}" start --port 0 --data "${data}"`
  return launchProcess('/bin/sh', ['-c', command])
}

test('connections are refused before the exchange runs out of open files', async () => {
  const exchange = await whenListening(startWithFiles(256, temporaryDirectory()))
  const api = apiOf(exchange.url)
  onTestFinished(() => api.close())
  expect((await api.post('/orders', ORDER)).status).toBe(202)
  const port = Number(new URL(exchange.url).port)
  const sockets: Socket[] = []
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  let refused = 0
  for (let i = 0; i < 300; i++) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.on('close', () => refused++)
    sockets.push(socket)
  }
  await eventually(async () => (refused > 70 ? true : undefined))
  const limit = 'connections are refused: the limit of open files (ulimit -n) allows no more'
  await eventually(async () => logged(exchange.stderr(), limit))
  for (let i = 0; i < 5; i++) expect((await api.post('/orders', ORDER)).status).toBe(202)
  expect((await api.get('/metrics')).body).toMatch(/exchange_http_limits_reached_total\{limit="connections"\} \d+/)
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
})

test('too small a limit of open files is named', async () => {
  const { code, stderr } = await startWithFiles(64, temporaryDirectory()).ended
  expect([code, stderr]).toEqual([1, expect.stringContaining('the limit of open files is 64 (ulimit -n)')])
})

test('the order log starts its next segment although no open file is left', () => {
  const script = `
    import { openSync } from 'node:fs'
    import { OrderLog } from '${ROOT}/dist/adapters/embedded/log/order-log.js'
    import { reserveDescriptors } from '${ROOT}/dist/adapters/embedded/reserved-descriptors.js'
    const directory = process.argv[1]
    const log = new OrderLog({ directory, nowMs: Date.now, onRecord() {}, onFailed() {}, segmentBytesMax: 1 })
    const append = () => log.append(Buffer.from('{"kind":"AdvanceTime","symbol":"A"}\\n'), [{ kind: 'AdvanceTime', symbol: 'A' }])
    await append()
    reserveDescriptors()
    const use = () => { try { for (;;) openSync('/dev/null') } catch { return } }
    const written = []
    for (let i = 0; i < 3; i++) {
      use()
      written.push(await append().then(() => 'written', (cause) => cause.message))
    }
    console.log(JSON.stringify(written))
    process.exit(0)`
  const command = `ulimit -n 80 && exec "${process.execPath}" --input-type=module -e "$SCRIPT" "${temporaryDirectory()}"`
  const env = { ...process.env, SCRIPT: script }
  const said = JSON.parse(execFileSync('/bin/sh', ['-c', command], { env, encoding: 'utf8' }))
  expect(said).toEqual(['written', 'written', 'written'])
})

test('a log that nobody reads stops neither orders nor the stop', async () => {
  const home = temporaryDirectory()
  const fault = join(home, 'fault')
  const env = { ...process.env, NODE_OPTIONS: `--require=${FAULTS}`, DISK_FAULT: fault }
  const words = [CLI, 'start', '--port', '0', '--data', join(home, 'data'), '--log-level', 'info']
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  let stdout = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  const url = await eventually(async () => /API +(http:\/\/\S+)\/orders/.exec(stdout)?.[1])
  const api = apiOf(url)
  onTestFinished(() => api.close())
  writeFileSync(fault, 'full')
  // Each failure is a line of about 250 bytes. The pipe holds 64 KiB.
  for (let i = 0; i < 600; i++) expect((await api.post('/orders', ORDER)).status).toBe(503)
  expect((await api.get('/health')).body).toMatchObject({ status: 'degraded', causes: [{ cause: 'log_full' }] })
  const signaledAt = Date.now()
  child.kill('SIGTERM')
  expect([await ended, Date.now() - signaledAt < 6_000]).toEqual([0, true])
})

/** A request that is not complete until the returned socket ends. It keeps a stop waiting. */
async function unfinishedRequest(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => {
    socket.destroy()
  })
  socket.write(
    'POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  )
  await new Promise((resolve) => setTimeout(resolve, 300))
  return socket
}

test('a signal that arrives twice, as npm forwards Ctrl-C, does not end the stop', async () => {
  const exchange = await startExchange(temporaryDirectory())
  const request = await unfinishedRequest(exchange.url)
  exchange.process.kill('SIGINT')
  await eventually(async () => logged(exchange.stderr(), 'stopping'))
  const stopped = exchange.stop('SIGINT')
  await new Promise((resolve) => setTimeout(resolve, 100))
  request.destroy()
  const { code, stderr } = await stopped
  expect({ code, stopped: logged(stderr, 'stopped') }).toMatchObject({ code: 0, stopped: { snapshot: 'saved' } })
})

test('a second signal, of either kind, ends a stop at once', async () => {
  const exchange = await startExchange(temporaryDirectory(), ['--stop-within', '60'])
  await unfinishedRequest(exchange.url)
  exchange.process.kill('SIGTERM')
  await eventually(async () => logged(exchange.stderr(), 'stopping'))
  await new Promise((resolve) => setTimeout(resolve, 600))
  const signaledAt = Date.now()
  expect((await exchange.stop('SIGINT')).code).toBe(1)
  expect(Date.now() - signaledAt).toBeLessThan(2_000)
})
