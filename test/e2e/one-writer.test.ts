/** Only one process uses a data directory. The lock of a process that has ended does not block a start. */

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readDataDirectory } from '../../src/adapters/embedded/data-directory.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { type Api, apiOf } from './api.ts'
import { CLI, eventually, launchProcess, run, startExchange, verify, whenListening } from './running-exchange.ts'

test.each([
  ['start', ['--port', '0']],
  ['verify', []],
])('%s on a directory in use fails and names the process', async (command, words) => {
  const data = temporaryDirectory()
  const exchange = await startExchange(data)
  const { code, stdout, stderr } = await run([command, ...words, '--data', data])
  expect(stderr).toContain(`is in use by process ${exchange.process.pid}`)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  // The first process keeps working.
  const api = apiOf(exchange.url)
  expect((await api.get('/health')).status).toBe(200)
  api.close()
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
  expect(readFileSync(join(data, 'lock'), 'utf8')).toBe('')
})

test('a start during verify is refused, also after a clean stop', async () => {
  const data = temporaryDirectory()
  expect((await (await startExchange(data)).stop('SIGTERM')).code).toBe(0)
  const reading = readDataDirectory(data)
  const { code, stdout, stderr } = await run(['start', '--port', '0', '--data', data])
  reading.release()
  expect(stderr).toMatch(
    /^bidding-exchange start: .* is being read by bidding-exchange verify\. Wait until it ends\.\n$/,
  )
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect((await (await startExchange(data)).stop('SIGTERM')).code).toBe(0)
})

test('of several processes that start at the same time, one succeeds', async () => {
  const data = temporaryDirectory()
  const starts = await Promise.allSettled([1, 2, 3].map(() => startExchange(data)))
  expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const start of starts) {
    if (start.status === 'fulfilled') expect((await start.value.stop('SIGTERM')).code).toBe(0)
    else expect(String(start.reason)).toMatch(/is in use by/)
  }
})

test('the lock of a killed process is taken over', async () => {
  const data = temporaryDirectory()
  await (await startExchange(data)).stop('SIGKILL')
  expect(existsSync(join(data, 'lock'))).toBe(true)
  expect((await (await startExchange(data)).stop('SIGTERM')).code).toBe(0)
})

/** A parent that does not wait for its child, as in a container without an init process. */
const NO_INIT = '"$0" "$@" & exec sleep 600'

test.runIf(existsSync('/proc/self/stat'))(
  'a killed process whose parent does not wait for it does not keep the lock',
  async () => {
    const data = temporaryDirectory()
    const words = ['-c', NO_INIT, process.execPath, CLI, 'start', '--port', '0', '--data', data]
    const exchange = await whenListening(launchProcess('sh', words))
    const pid = Number.parseInt(readFileSync(join(data, 'lock'), 'utf8'), 10)
    process.kill(pid, 'SIGKILL')
    await eventually(async () => (/ Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')) ? true : undefined))
    expect((await (await startExchange(data)).stop('SIGTERM')).code).toBe(0)
    await exchange.stop('SIGKILL')
  },
)

/** Whether this machine can create a PID namespace, as containers have. */
const IN_NAMESPACE = ['--pid', '--fork', '--kill-child', '--mount-proc']
const namespaces = spawnSync('unshare', [...IN_NAMESPACE, 'true']).status === 0

test('of two containers with one volume, the second is refused, although it cannot see the process of the first', async (context) => {
  if (!namespaces) return context.skip('needs the right to create a PID namespace (unshare --pid)')
  const data = temporaryDirectory()
  const words = [...IN_NAMESPACE, process.execPath, CLI, 'start', '--port', '0', '--data', data]
  const first = await whenListening(launchProcess('unshare', words))
  const api = apiOf(first.url)
  onTestFinished(() => api.close())
  const order = { orderId: 'a', symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100 }
  expect((await api.post('/orders', order)).status).toBe(202)
  const second = await launchProcess('unshare', words).ended
  expect(second.stderr).toMatch(/is in use by process 1 on \S+, started at \S+Z\./)
  expect(second.stdout).toBe('')
  await first.stop('SIGKILL')
  const after = await startExchange(data)
  const again = apiOf(after.url)
  onTestFinished(() => again.close())
  expect((await again.get('/orders/a')).status).toBe(200)
  expect((await after.stop('SIGTERM')).code).toBe(0)
})

test('without the lock, the second writer is noticed: one of the two ends, and every acknowledged order stays', async () => {
  const data = temporaryDirectory()
  const first = await startExchange(data)
  const one = apiOf(first.url)
  onTestFinished(() => one.close())
  const acknowledged: string[] = []
  const send = async (api: Api, orderId: string): Promise<void> => {
    const order = { orderId, symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100 }
    const answer = await api.post('/orders', order).catch(() => undefined)
    if (answer?.status === 202) acknowledged.push(orderId)
  }
  await send(one, 'before')
  // What a file system without locks, or a user, may do.
  rmSync(join(data, 'lock'))
  const second = await startExchange(data)
  const two = apiOf(second.url)
  onTestFinished(() => two.close())
  for (let i = 0; i < 20; i++) await Promise.all([send(one, `one-${i}`), send(two, `two-${i}`)])
  const ended = await Promise.race([first.ended, second.ended])
  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(/the order log was changed: another process has changed the order log/)
  for (const exchange of [first, second]) await exchange.stop('SIGKILL')
  const after = await startExchange(data)
  const api = apiOf(after.url)
  onTestFinished(() => api.close())
  expect(acknowledged.length).toBeGreaterThan(20)
  for (const orderId of acknowledged) expect((await api.get(`/orders/${orderId}`)).status).toBe(200)
  expect((await after.stop('SIGTERM')).code).toBe(0)
  expect((await verify(data)).agrees).toBe(true)
})
