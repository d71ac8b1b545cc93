/**
 * `start` and `verify` refuse stored bytes of a newer program. The message has the version, and nothing is
 * written, so the newer program can be started again.
 */

import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { open } from 'lmdb'
import { beforeAll, expect, test } from 'vitest'
import { encodeFrame, FRAME_MAGIC } from '../../src/adapters/embedded/log/log-frame.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { digestOf } from './directory-digest.ts'
import { killAfterOrders, ORDERS } from './filled-directory.ts'
import { run, SEEDS } from './running-exchange.ts'

/** After a kill the log ends in zeros, so that a test would detect any write on opening. */
let killed: string
let stopped: string
beforeAll(async () => {
  killed = await killAfterOrders('SIGKILL')
  stopped = await killAfterOrders('SIGTERM')
})

const fileIn = (data: string, folder: string): string => join(data, folder, readdirSync(join(data, folder))[0])

const frame = (line: string): Buffer =>
  encodeFrame({
    firstCommand: SEEDS + ORDERS + 1,
    timestampMs: Date.now(),
    commandCount: 1,
    payload: Buffer.from(`${line}\n`),
  })

/** Writes a frame after the last one, followed by zeros. */
function appendToLog(data: string, bytes: Buffer): void {
  const path = fileIn(data, 'log')
  const log = readFileSync(path)
  let end = log.length
  while (end > 0 && log[end - 1] === 0) end--
  writeFileSync(path, Buffer.concat([log.subarray(0, end), bytes, Buffer.alloc(1000)]))
}

/** Changes a snapshot and gives it the right checksum. */
function changeSnapshot(data: string, change: (bytes: Buffer) => void): void {
  const path = fileIn(data, 'snapshots')
  const file = readFileSync(path)
  change(file.subarray(4))
  file.writeUInt32LE(crc32(file.subarray(4)))
  writeFileSync(path, file)
}

/** Writes a 3 over the version in the `nth` JSON header. */
const changeHeader = (nth: number) => (bytes: Buffer) => {
  let at = -1
  for (let i = 0; i < nth; i++) at = bytes.indexOf('{"version":2', at + 1)
  expect(at).toBeGreaterThan(0)
  bytes.write('3', at + '{"version":'.length)
}

const foreignFrame = (version: string): Buffer => {
  const bytes = frame('{}')
  bytes.write(version, FRAME_MAGIC.length - 1)
  return bytes
}

async function raiseRecords(data: string): Promise<void> {
  const root = open({ path: join(data, 'records.lmdb'), noSubdir: true, maxDbs: 8 })
  await root.openDB<string, string>({ name: 'meta' }).put('version', '3')
  await root.close()
}

/** Earlier programs did not have this table. */
async function dropFence(data: string): Promise<void> {
  const root = open({ path: join(data, 'records.lmdb'), noSubdir: true, maxDbs: 8 })
  await root.openDB({ name: 'fence', useVersions: true }).drop()
  await root.close()
}

const NEWER =
  /this program supports (version 1|versions 1 to 2|rules 1 to 2)\. Start the program that wrote it, or a newer one\./

test.each<[string, 'killed' | 'stopped', RegExp, (data: string) => void | Promise<void>]>([
  ['a frame of the log', 'killed', /the order log .* has version 2;/, (data) => appendToLog(data, foreignFrame('2'))],
  [
    'another frame of the log',
    'stopped',
    /the order log .* has version 9;/,
    (data) => appendToLog(data, foreignFrame('9')),
  ],
  [
    'adopted rules',
    'killed',
    /unknown rules "3";/,
    (data) => appendToLog(data, frame('{"kind":"AdoptRules","rules":3}')),
  ],
  [
    'adopted rules, and no records yet',
    'killed',
    /unknown rules "3";/,
    (data) => {
      rmSync(join(data, 'records.lmdb'))
      appendToLog(data, frame('{"kind":"AdoptRules","rules":3}'))
    },
  ],
  ['the records', 'stopped', /the file of records .* has version 3;/, raiseRecords],
  ['the snapshot', 'stopped', /the snapshot has version 3;/, (data) => changeSnapshot(data, changeHeader(1))],
  [
    'the snapshot, and records of an earlier program',
    'stopped',
    /the snapshot has version 3;/,
    async (data) => {
      await dropFence(data)
      changeSnapshot(data, changeHeader(1))
    },
  ],
  [
    'the snapshot of a symbol',
    'stopped',
    /the snapshot of BTCUSD has version 3;/,
    (data) => changeSnapshot(data, changeHeader(2)),
  ],
  [
    'the snapshot of a book',
    'stopped',
    /the snapshot of a book has version 3;/,
    (data) => changeSnapshot(data, (bytes) => bytes.writeUInt32LE(3, bytes.indexOf('BXBK') + 4)),
  ],
  [
    'dead letters',
    'stopped',
    /the file of dead letters .* has version 3;/,
    (data) => appendFileSync(join(data, 'dead-letters.ndjson'), '{"version":3,"error":"","line":""}\n'),
  ],
])('%s', async (what, source, message, change) => {
  const data = join(temporaryDirectory(), 'data')
  cpSync(source === 'killed' ? killed : stopped, data, { recursive: true })
  rmSync(join(data, 'lock'), { force: true })
  await change(data)
  const before = digestOf(data)
  const start = await run(['start', '--port', '0', '--data', data])
  expect(start.stderr).toMatch(message)
  expect(start.stderr).toMatch(NEWER)
  expect(start.stderr.trim().split('\n')).toHaveLength(1)
  expect(start).toMatchObject({ code: 1, stdout: '' })
  expect(digestOf(data)).toEqual(before)
  // `verify` reads no dead letters.
  if (what === 'dead letters') return
  const verify = await run(['verify', '--data', data])
  expect(verify.stderr).toMatch(message)
  expect(verify.code).toBe(1)
  expect(digestOf(data)).toEqual(before)
})

test.each([
  ['a kind of command', '{"kind":"OpenAuction","symbol":"BTCUSD"}', /unknown kind "OpenAuction"/],
  ['a phase', '{"kind":"ChangePhase","symbol":"BTCUSD","phase":"OPENING"}', /unknown phase "OPENING"/],
])('%s in the log', async (_, line, message) => {
  const data = join(temporaryDirectory(), 'data')
  cpSync(killed, data, { recursive: true })
  rmSync(join(data, 'lock'), { force: true })
  appendToLog(data, frame(line))
  const before = digestOf(data)
  for (const command of [['start', '--port', '0'], ['verify']]) {
    const { code, stderr } = await run([...command, '--data', data])
    expect(stderr).toMatch(message)
    expect(code).toBe(1)
    expect(digestOf(data)).toEqual(before)
  }
})
