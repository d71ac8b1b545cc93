/** One process writes a data directory; a lock that nobody holds any more does not keep others out. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import { run, startExchange } from './running-exchange.ts'

test.each([
  ['start', ['--port', '0']],
  ['verify', []],
])('%s on a directory in use says whose it is', async (command, words) => {
  const data = temporaryDirectory()
  const exchange = await startExchange(data)
  const { code, stdout, stderr } = await run([command, ...words, '--data', data])
  expect(stderr).toContain(`is in use by process ${exchange.process.pid}`)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  // The owner goes on undisturbed.
  const api = apiOf(exchange.url)
  expect((await api.get('/health')).status).toBe(200)
  api.close()
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
  expect(existsSync(join(data, 'lock'))).toBe(false)
})

test('of several that start at once, one wins', async () => {
  const data = temporaryDirectory()
  const starts = await Promise.allSettled([1, 2, 3].map(() => startExchange(data)))
  expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const start of starts) {
    if (start.status === 'fulfilled') expect((await start.value.stop('SIGTERM')).code).toBe(0)
    else expect(String(start.reason)).toMatch(/is in use by process|is being opened by another process/)
  }
})

test('the lock of a killed process is taken over', async () => {
  const data = temporaryDirectory()
  await (await startExchange(data)).stop('SIGKILL')
  expect(existsSync(join(data, 'lock'))).toBe(true)
  expect((await (await startExchange(data)).stop('SIGTERM')).code).toBe(0)
})

test.each([
  ['whose process id belongs to another process now', `${process.pid} 1\n`],
  ['that is no lock', 'nonsense\n'],
  ['that is empty', ''],
])('a lock %s is taken over', async (_, content) => {
  const data = temporaryDirectory()
  writeFileSync(join(data, 'lock'), content)
  const exchange = await startExchange(data)
  expect(readFileSync(join(data, 'lock'), 'utf8')).toMatch(new RegExp(`^${exchange.process.pid} `))
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
})
