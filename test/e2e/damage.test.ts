/**
 * Damage to a data directory by a crash, a user or a failing disk. Either the exchange starts with every
 * acknowledged order, or it refuses to start and names the reason.
 */

import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { decodeFrame, encodeFrame, FRAME_HEADER_BYTES, frameBytes } from '../../src/adapters/embedded/log/log-frame.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { apiOf } from './api.ts'
import { allOrders, checkBalance } from './audit.ts'
import { digestOf } from './directory-digest.ts'
import { killAfterOrders, ORDERS } from './filled-directory.ts'
import { logged, run, SEEDS, startExchange, verify } from './running-exchange.ts'

const files = (data: string, folder: string, suffix: string): string[] =>
  readdirSync(join(data, folder))
    .filter((name) => name.endsWith(suffix))
    .sort()
    .map((name) => join(data, folder, name))

const lastLog = (data: string): string => files(data, 'log', '.log').at(-1) as string

/** Where the last frame of a log file starts and ends. Zeros may follow it. */
function lastFrame(bytes: Buffer): { start: number; end: number } {
  let start = 0
  for (let end = 0; ; ) {
    const frame = decodeFrame(bytes, end)
    if (frame === undefined) return { start, end }
    start = end
    end += frameBytes(frame)
  }
}

/** Without the zeros that were written ahead of frames. */
function withoutZeros(bytes: Buffer): Buffer {
  let end = bytes.length
  while (bytes[end - 1] === 0) end--
  return bytes.subarray(0, end)
}

/** Starts on a directory, expects this number of balanced orders, stops and verifies the directory. */
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

/** Expects one sentence, and that nothing was changed. */
async function expectRefused(data: string, message: RegExp, words: string[] = []): Promise<void> {
  const before = digestOf(data)
  const { code, stdout, stderr } = await run(['start', '--port', '0', '--data', data, ...words])
  expect(digestOf(data)).toEqual(before)
  expect(stderr).toMatch(message)
  // A message without a stack trace.
  expect(stderr).not.toMatch(/^ +at /m)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
}

/** The directory of an exchange that was killed right after its last acknowledgement, and that of one that was stopped. */
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
})

describe('with a torn end of the log, the exchange has every acknowledged order', () => {
  test.each([1, 20, FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + 1, -1])(
    'cut %d bytes into the last frame',
    async (cut) => {
      const data = copyOf(killed)
      const path = lastLog(data)
      const { start, end } = lastFrame(readFileSync(path))
      truncateSync(path, cut < 0 ? end + cut : start + cut)
      // The records do not have the commands of that frame: only a frame that was not acknowledged can be torn.
      rmSync(join(data, 'records.lmdb'))
      const torn = withoutZeros(readFileSync(path).subarray(start))
      expect(await expectWhole(data, ORDERS - 1)).toMatchObject({ tornBytes: torn.length })
      const [kept] = files(data, 'log', '.torn')
      expect(kept.startsWith(`${path}-at-${start}-`)).toBe(true)
      expect(readFileSync(kept).equals(torn)).toBe(true)
    },
  )

  test.each([1, 4096])('%d zeros after the last frame', async (count) => {
    const data = copyOf(killed)
    const { end } = lastFrame(readFileSync(lastLog(data)))
    truncateSync(lastLog(data), end)
    truncateSync(lastLog(data), end + count)
    await expectWhole(data, ORDERS)
  })

  test('is reported by verify, by a log line and by health', async () => {
    const data = copyOf(killed)
    truncateSync(lastLog(data), lastFrame(readFileSync(lastLog(data))).start + 40)
    rmSync(join(data, 'records.lmdb'))
    expect(await verify(data)).toMatchObject({ tornBytes: 40, tornFiles: [] })
    const exchange = await startExchange(data)
    const file = files(data, 'log', '.torn')[0]
    const message = 'the torn end of the order log was cut off; its bytes are kept in a file'
    expect(logged(exchange.stderr(), message)).toMatchObject({ level: 40, bytes: 40, file })
    const api = apiOf(exchange.url)
    expect((await api.get('/health')).body).toMatchObject({ status: 'ok', tornBytes: 40 })
    api.close()
    await exchange.stop('SIGTERM')
    expect(await verify(data)).toMatchObject({ agrees: true, tornBytes: 0, tornFiles: [basename(file)] })
  })

  test('a log that lacks an acknowledged order is refused', async () => {
    const data = copyOf(stopped)
    truncateSync(lastLog(data), lastFrame(readFileSync(lastLog(data))).end - 1)
    await expectRefused(
      data,
      /the records have command 14, but the order stream ends at 13; from byte \d+ .* incomplete/,
    )
  })

  test('a log that lacks an order of a snapshot is refused', async () => {
    const data = copyOf(stopped)
    truncateSync(lastLog(data), lastFrame(readFileSync(lastLog(data))).end - 1)
    for (const name of ['records.lmdb', 'records.lmdb-lock']) rmSync(join(data, name))
    await expectRefused(data, /a snapshot has command 14, but the order stream ends at 13/)
    expect(await verify(data)).toMatchObject({ agrees: false })
  })
})

describe('damage that cannot come from a crash is refused', () => {
  const damage = (path: string, at: number): void => {
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
  ])('%s of a frame in the middle of the log', async (_, at) => {
    const data = copyOf(killed)
    damage(lastLog(data), at)
    await expectRefused(data, /damaged at byte 0\. Restore the file from a backup/)
    const { code, stderr } = await run(['verify', '--data', data])
    expect(stderr).toMatch(/damaged at byte 0/)
    expect(code).toBe(1)
  })

  test('one flipped bit in the last frame, which the records do not have', async () => {
    const data = copyOf(killed)
    damage(lastLog(data), lastFrame(readFileSync(lastLog(data))).start + 60)
    rmSync(join(data, 'records.lmdb'))
    await expectRefused(data, /the last frame, from byte \d+ and command 14 on, is damaged.*--drop-damaged-end/)
    expect((await run(['verify', '--data', data])).stderr).toMatch(/the last frame, from byte/)
    const exchange = await startExchange(data, ['--drop-damaged-end'])
    expect((await exchange.stop('SIGTERM')).code).toBe(0)
    expect(files(data, 'log', '.torn')).toHaveLength(1)
    await expectWhole(data, ORDERS - 1)
  })

  test('one flipped bit in the last frame, which the records have: also with --drop-damaged-end', async () => {
    const data = copyOf(stopped)
    damage(lastLog(data), lastFrame(readFileSync(lastLog(data))).start + 60)
    await expectRefused(data, /the records have command 14/, ['--drop-damaged-end'])
  })

  test('a deleted log whose records remain', async () => {
    const data = copyOf(stopped)
    for (const path of files(data, 'log', '.log')) rmSync(path)
    await expectRefused(data, /the order stream ends/)
  })
})

describe('the exchange starts and rebuilds from the log', () => {
  test('the records', async () => {
    const data = copyOf(stopped)
    for (const name of ['records.lmdb', 'records.lmdb-lock']) rmSync(join(data, name), { force: true })
    // The snapshot is ahead of empty records, so it cannot be used.
    expect(await expectWhole(data, ORDERS)).toMatchObject({ replayedCommands: SEEDS + ORDERS })
  })

  test('all snapshots', async () => {
    const data = copyOf(stopped)
    const snapshots = files(data, 'snapshots', '.snapshot')
    expect(snapshots).toHaveLength(1)
    for (const path of snapshots) rmSync(path)
    expect(await expectWhole(data, ORDERS)).toMatchObject({ replayedCommands: SEEDS + ORDERS })
  })

  test.each(['damaged', 'cut', 'empty'])('a %s snapshot', async (how) => {
    const data = copyOf(stopped)
    const [path] = files(data, 'snapshots', '.snapshot')
    const bytes = readFileSync(path)
    if (how === 'damaged') bytes[bytes.length >> 1] ^= 1
    writeFileSync(path, how === 'cut' ? bytes.subarray(0, 100) : how === 'empty' ? '' : bytes)
    expect(await expectWhole(data, ORDERS)).toMatchObject({ replayedCommands: SEEDS + ORDERS })
  })

  test('records that are older than snapshot and log', async () => {
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
    expect(await expectWhole(data, 2)).toMatchObject({ commands: SEEDS + 2, replayedCommands: 1 })
  })
})

test('a line of the log that is not a command is reported and stored once, even after several starts', async () => {
  const data = copyOf(stopped)
  rmSync(join(data, 'snapshots'), { recursive: true })
  const path = lastLog(data)
  const bytes = readFileSync(path)
  const number = SEEDS + ORDERS + 1
  const bad = { firstCommand: number, timestampMs: Date.now(), commandCount: 1, payload: Buffer.from('{"kind":7}\n') }
  writeFileSync(path, Buffer.concat([bytes.subarray(0, lastFrame(bytes).end), encodeFrame(bad)]))
  for (let start = 0; start < 2; start++) {
    await expectWhole(data, ORDERS)
    // Without a snapshot the whole log is read again at the next start.
    rmSync(join(data, 'snapshots'), { recursive: true })
  }
  const letters = readFileSync(join(data, 'dead-letters.ndjson'), 'utf8').trim().split('\n')
  const letter = { position: String(number).padStart(16, '0'), error: 'kind 7', line: '{"kind":7}' }
  expect(letters.map((line) => JSON.parse(line))).toEqual([letter])
  expect(await verify(data)).toMatchObject({ malformedLines: 1, firstMalformed: letter })
  const { stdout } = await run(['verify', '--data', data])
  expect(stdout).toMatch(new RegExp(`^malformed +1 lines of the log .* number ${number}: kind 7$`, 'm'))
})
