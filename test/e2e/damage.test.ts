/**
 * What a crash, a careless hand or a failing disk may do to a data directory: either the exchange
 * comes back with every acknowledged order, or it refuses to start and says why. It never forgets.
 */

import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { FRAME_HEADER_BYTES } from '../../src/adapters/embedded/log-frame.ts'
import { apiOf } from './api.ts'
import { allOrders, checkBalance } from './audit.ts'
import { killAfterOrders, ORDERS } from './filled-directory.ts'
import { logged, run, startExchange, temporaryDirectory, verify } from './running-exchange.ts'

const files = (data: string, folder: string, suffix: string): string[] =>
  readdirSync(join(data, folder))
    .filter((name) => name.endsWith(suffix))
    .sort()
    .map((name) => join(data, folder, name))

const lastLog = (data: string): string => files(data, 'log', '.log').at(-1) as string

/** Where the last frame of a log file begins. */
function lastFrame(bytes: Buffer): number {
  let offset = 0
  for (;;) {
    const end = offset + FRAME_HEADER_BYTES + bytes.readUInt32LE(offset + 4)
    if (end >= bytes.length) return offset
    offset = end
  }
}

/** Starts on a directory, expects so many orders in balance, stops, and has it verified. */
async function expectWhole(data: string, orders: number): Promise<Record<string, unknown>> {
  const exchange = await startExchange(data)
  const api = apiOf(exchange.url)
  const found = await allOrders(api)
  expect(found.size).toBe(orders)
  await checkBalance(api, found)
  api.close()
  expect((await exchange.stop('SIGTERM')).code).toBe(0)
  expect(await verify(data)).toMatchObject({ agrees: true, differences: [], orders })
  return logged(exchange.stderr(), 'recovered') as Record<string, unknown>
}

async function expectRefused(data: string, message: RegExp): Promise<void> {
  const { code, stdout, stderr } = await run(['start', '--port', '0', '--data', data])
  expect(stderr).toMatch(message)
  // A message for a person, not the trace of a fault.
  expect(stderr).not.toMatch(/^ +at /m)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
}

/** A directory whose exchange was killed right after its last acknowledgement, and one stopped in peace. */
let killed: string
let stopped: string
const copyOf = (source: string): string => {
  const copy = join(temporaryDirectory(), 'data')
  cpSync(source, copy, { recursive: true })
  return copy
}

beforeAll(async () => {
  killed = await killAfterOrders('SIGKILL')
  stopped = await killAfterOrders('SIGTERM')
  return () => {
    for (const path of [killed, stopped]) rmSync(path, { recursive: true, force: true })
  }
})

describe('a torn end of the log', () => {
  test.each([1, 20, FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + 1, -1])('cut %d bytes into the last frame', async (cut) => {
    const data = copyOf(killed)
    const path = lastLog(data)
    const bytes = readFileSync(path)
    truncateSync(path, cut < 0 ? bytes.length + cut : lastFrame(bytes) + cut)
    // The records did not hear of that frame: a log is torn only before it is answered for.
    rmSync(join(data, 'records.lmdb'))
    expect(await expectWhole(data, ORDERS - 1)).toMatchObject({ tornBytes: expect.any(Number) })
  })

  test.each([1, 4096])('%d zeros behind the last frame', async (count) => {
    const data = copyOf(killed)
    writeFileSync(lastLog(data), Buffer.alloc(count), { flag: 'a' })
    expect(await expectWhole(data, ORDERS)).toMatchObject({ tornBytes: count })
  })

  test('a last frame of full length with a hole in it', async () => {
    const data = copyOf(killed)
    const bytes = readFileSync(lastLog(data))
    const frame = lastFrame(bytes)
    writeFileSync(lastLog(data), bytes.fill(0, frame + FRAME_HEADER_BYTES + 10, frame + FRAME_HEADER_BYTES + 20))
    rmSync(join(data, 'records.lmdb'))
    expect(await expectWhole(data, ORDERS - 1)).toMatchObject({ tornBytes: bytes.length - frame })
  })

  test('an acknowledged order that is missing from the log is noticed', async () => {
    const data = copyOf(stopped)
    truncateSync(lastLog(data), statSync(lastLog(data)).size - 1)
    await expectRefused(data, /the order stream ends/)
  })
})

describe('damage that cannot come from a crash is refused', () => {
  const spoil = (path: string, at: number): void => {
    const bytes = readFileSync(path)
    bytes[at] ^= 0x40
    writeFileSync(path, bytes)
  }

  test.each([
    ['the magic', 0],
    ['the length', 6],
    ['the number', 9],
    ['the checksum', 28],
    ['a command', 60],
  ])('in the middle: %s of a frame', async (_, at) => {
    const data = copyOf(killed)
    spoil(lastLog(data), at)
    await expectRefused(data, /damaged at byte 0\. Restore the file from a backup/)
    const { code, stderr } = await run(['verify', '--data', data])
    expect(stderr).toMatch(/damaged at byte 0/)
    expect(code).toBe(1)
  })

  test('the log deleted under its records', async () => {
    const data = copyOf(stopped)
    for (const path of files(data, 'log', '.log')) rmSync(path)
    await expectRefused(data, /the order stream ends/)
  })
})

describe('what can be made again from the log is made again', () => {
  test('the records', async () => {
    const data = copyOf(stopped)
    for (const name of ['records.lmdb', 'records.lmdb-lock']) rmSync(join(data, name), { force: true })
    // The snapshot is ahead of empty records, so it cannot be used.
    expect(await expectWhole(data, ORDERS)).toMatchObject({ replayedCommands: ORDERS })
  })

  test('all snapshots', async () => {
    const data = copyOf(stopped)
    const snapshots = files(data, 'snapshots', '.snapshot')
    expect(snapshots).toHaveLength(1)
    for (const path of snapshots) rmSync(path)
    expect(await expectWhole(data, ORDERS)).toMatchObject({ replayedCommands: ORDERS })
  })

  test.each(['spoiled', 'cut', 'empty'])('a %s snapshot', async (how) => {
    const data = copyOf(stopped)
    const [path] = files(data, 'snapshots', '.snapshot')
    const bytes = readFileSync(path)
    if (how === 'spoiled') bytes[bytes.length >> 1] ^= 1
    writeFileSync(path, how === 'cut' ? bytes.subarray(0, 100) : how === 'empty' ? '' : bytes)
    expect(await expectWhole(data, ORDERS)).toMatchObject({ replayedCommands: ORDERS })
  })

  test('records that lag behind snapshot and log', async () => {
    const data = temporaryDirectory()
    const first = await startExchange(data)
    const api = apiOf(first.url)
    onTestFinished(() => api.close())
    await api.post('/orders', { orderId: 'early', symbol: 'BTCUSD', side: 'SELL', quantity: 1, price: 100 })
    await first.stop('SIGTERM')
    const early = readFileSync(join(data, 'records.lmdb'))
    const second = await startExchange(data)
    const later = apiOf(second.url)
    onTestFinished(() => later.close())
    await later.post('/orders', { orderId: 'late', symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: 100 })
    await second.stop('SIGTERM')
    writeFileSync(join(data, 'records.lmdb'), early)
    expect(await expectWhole(data, 2)).toMatchObject({ commands: 2, replayedCommands: 1 })
  })
})
