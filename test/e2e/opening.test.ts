/**
 * `start` and `verify` with a directory that they cannot use: one message with the remedy, exit code
 * 1, and nothing changed. `verify` never changes anything.
 */

import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import { digestOf } from './directory-digest.ts'
import { killAfterOrders, ORDERS } from './filled-directory.ts'
import { run, startExchange, verify } from './running-exchange.ts'

let killed: string
let stopped: string
beforeAll(async () => {
  killed = await killAfterOrders('SIGKILL')
  stopped = await killAfterOrders('SIGTERM')
})

const copyOf = (source: string, parent = temporaryDirectory()): string => {
  const copy = join(parent, 'data')
  cpSync(source, copy, { recursive: true })
  return copy
}

async function expectRefused(data: string, message: RegExp, command = 'start'): Promise<void> {
  const { code, stdout, stderr } = await run(
    command === 'start' ? ['start', '--port', '0', '--data', data] : [command, '--data', data],
  )
  expect(stderr).toMatch(message)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
}

/** Mounts a small file system. Returns undefined if mounting is not permitted. */
function tmpfs(size: string): string | undefined {
  const path = temporaryDirectory()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', path])
  })
  return path
}

/** Fills the rest of a disk. */
function fill(disk: string): void {
  try {
    writeFileSync(join(disk, 'filling'), Buffer.alloc(8 * 1024 * 1024))
  } catch {}
}
const NO_MOUNT = 'needs the right to mount a tmpfs'

test.each(['killed', 'stopped'])('verify changes nothing in the directory of a %s exchange', async (which) => {
  const data = copyOf(which === 'killed' ? killed : stopped)
  const before = digestOf(data, true)
  expect(await verify(data)).toMatchObject({ agrees: true, orders: ORDERS })
  expect(digestOf(data, true)).toEqual(before)
})

test('verify without records reports this and creates none', async () => {
  const data = copyOf(stopped)
  for (const name of ['records.lmdb', 'records.lmdb-lock', 'snapshots']) rmSync(join(data, name), { recursive: true })
  const before = digestOf(data, true)
  // Missing records are not a difference, because a start makes them.
  expect(await verify(data)).toMatchObject({ agrees: true, orders: ORDERS })
  expect(digestOf(data, true)).toEqual(before)
})

test('verify reads a read-only disk; start refuses it', async (context) => {
  const disk = tmpfs('32m')
  if (disk === undefined) return context.skip(NO_MOUNT)
  const data = copyOf(killed, disk)
  execFileSync('mount', ['-o', 'remount,ro', disk])
  const before = digestOf(data, true)
  expect(await verify(data)).toMatchObject({ agrees: true, orders: ORDERS })
  await expectRefused(data, /cannot be opened: the file system is read-only \(EROFS\)/)
  expect(digestOf(data, true)).toEqual(before)
})

test('a full disk: a new exchange is refused, an existing one starts and answers 503', async (context) => {
  const disk = tmpfs('4m')
  if (disk === undefined) return context.skip(NO_MOUNT)
  const data = copyOf(stopped, disk)
  fill(disk)
  await expectRefused(join(disk, 'new'), /the disk .*is full/)
  const exchange = await startExchange(data)
  const api = apiOf(exchange.url)
  onTestFinished(() => api.close())
  expect((await api.get('/orders/o-0')).status).toBe(200)
  const orders = Array.from({ length: 200 }, (_, i) => ({
    orderId: `x-${i}`,
    symbol: 'BTCUSD',
    side: 'BUY',
    quantity: 1,
    price: 1,
  }))
  const { status, body } = await api.post('/orders/batch', { orders })
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'storage_full' })
  await exchange.stop('SIGKILL')
})

test.each<[string, RegExp, (path: string) => void]>([
  ['text', /its first page is not that of an LMDB file/, (path) => writeFileSync(path, 'no records')],
  ['zeros', /its first page is not that of an LMDB file/, (path) => writeFileSync(path, Buffer.alloc(100_000))],
  [
    'a spoiled second page',
    /its second page is not that of an LMDB file/,
    (path) => writeFileSync(path, readFileSync(path).fill(7, 4096, 8192)),
  ],
  ['half of it', /ended by SIG|is damaged/, (path) => truncateSync(path, Math.floor(statSync(path).size / 2))],
  ['two pages of it', /ended by SIG|is damaged/, (path) => truncateSync(path, 8192)],
  [
    'noise in all further pages',
    /ended by SIG|is damaged/,
    (path) =>
      writeFileSync(
        path,
        readFileSync(path).map((byte, i) => (i < 8192 ? byte : (i * 7919) >> 3)),
      ),
  ],
])(
  'records.lmdb with %s: the start fails with one message, and after moving the file away it succeeds',
  async (_, message, change) => {
    const data = copyOf(killed)
    change(join(data, 'records.lmdb'))
    const before = digestOf(data)
    await expectRefused(data, message)
    await expectRefused(data, /move records\.lmdb and records\.lmdb-lock to another place and start/)
    await expectRefused(data, message, 'verify')
    expect(digestOf(data)).toEqual(before)
    for (const name of ['records.lmdb', 'records.lmdb-lock']) rmSync(join(data, name), { force: true })
    expect((await (await startExchange(data)).stop('SIGTERM')).code).toBe(0)
    expect(await verify(data)).toMatchObject({ agrees: true, orders: ORDERS })
  },
)

test('the rest of an interrupted snapshot is removed after a start, not before', async () => {
  const data = copyOf(stopped)
  const part = join(data, 'snapshots', '0000000000000099.snapshot.part')
  writeFileSync(part, 'half')
  expect(await verify(data)).toMatchObject({ agrees: true })
  expect(existsSync(part)).toBe(true)
  expect((await (await startExchange(data)).stop('SIGTERM')).code).toBe(0)
  expect(readdirSync(join(data, 'snapshots')).filter((name) => name.endsWith('.part'))).toEqual([])
})

test.skipIf(process.platform === 'win32')(
  'all files are private, and a directory that others can read causes a warning',
  async () => {
    const data = join(temporaryDirectory(), 'data')
    const first = await startExchange(data)
    expect(first.stderr()).not.toContain('chmod')
    await first.stop('SIGTERM')
    const entries = readdirSync(data, { recursive: true, withFileTypes: true })
    const modes = entries.map((entry) => [entry.name, statSync(join(entry.parentPath, entry.name)).mode & 0o077])
    expect(modes.filter(([, mode]) => mode !== 0)).toEqual([])
    execFileSync('chmod', ['755', data])
    const second = await startExchange(data)
    expect(second.stderr().split(`chmod 700 ${data}`)).toHaveLength(2)
    await second.stop('SIGTERM')
  },
)
