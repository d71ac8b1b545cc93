import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  appendTo,
  orderStreamContract,
  readAll,
  type StreamUnderTest,
} from '../../../../test/contracts/order-stream.contract.ts'
import { placeOrder } from '../../../../test/contracts/sample-records.ts'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import type { StreamRecord } from '../../../ports/order-stream.ts'
import { OperationalFailure } from '../../../protocol/failure.ts'
import { DEMO_INSTRUMENTS } from '../../../protocol/instrument/instrument.ts'
import { decodeFrame, encodeFrame, type Frame, frameBytes } from './log-frame.ts'
import { positionOf } from './log-records.ts'
import { OrderLog, type OrderLogOptions } from './order-log.ts'
import { DamagedLog } from './segment-frames.ts'

function openLog(directory: string, options: Partial<OrderLogOptions> = {}): OrderLog {
  return new OrderLog({
    directory,
    nowMs: () => 1_000,
    onRecord: () => {},
    onFailed: (cause) => {
      throw cause
    },
    ...options,
  })
}

async function underTest(directory = temporaryDirectory()): Promise<StreamUnderTest> {
  let nowMs = 1_000
  const stream = openLog(directory, { nowMs: () => nowMs })
  return {
    stream,
    setNowMs: (ms) => {
      nowMs = ms
    },
    reopen: async () => {
      await stream.close()
      return underTest(directory)
    },
  }
}

orderStreamContract(() => underTest())

const segments = (directory: string): string[] => readdirSync(directory).sort()

test('reports each durable record in order, before its append resolves', async () => {
  const told: string[] = []
  const log = openLog(temporaryDirectory(), { onRecord: ({ position }) => told.push(position) })
  await Promise.all(
    ['a', 'b', 'c'].map(async (id) => {
      await appendTo(log, [placeOrder(id)])
      expect(told.length).toBeGreaterThan(0)
    }),
  )
  await appendTo(log, [placeOrder('d'), placeOrder('e')])
  expect(told.at(-1)).toBe(positionOf(5))
  expect([...told].sort()).toEqual(told)
  await log.close()
})

test('many calls share one sync', async () => {
  const log = openLog(temporaryDirectory())
  await Promise.all(Array.from({ length: 100 }, (_, i) => appendTo(log, [placeOrder(`o-${i}`)])))
  expect(log.syncCount).toBeLessThan(10)
  await log.close()
})

test('close makes all commands durable, and refuses further ones', async () => {
  const directory = temporaryDirectory()
  const log = openLog(directory)
  const appended = appendTo(log, [placeOrder('a')])
  await log.close()
  await appended
  await expect(appendTo(log, [placeOrder('b')])).rejects.toMatchObject({ code: 'stopping', retryable: true })
  expect(await readAll(openLog(directory))).toHaveLength(1)
})

test('starts a new segment, and reads across segments', async () => {
  const directory = temporaryDirectory()
  const log = openLog(directory, { segmentBytesMax: 400 })
  for (let i = 1; i <= 10; i++) await appendTo(log, [placeOrder(`o-${i}`)])
  await log.close()
  expect(segments(directory).length).toBeGreaterThan(2)
  const again = openLog(directory, { segmentBytesMax: 400 })
  expect(again.lastCommand).toBe(10)
  for (let after = 0; after <= 10; after++) {
    expect(await readAll(again, after === 0 ? '' : positionOf(after))).toHaveLength(10 - after)
  }
})

test('an empty segment is skipped', async () => {
  const directory = temporaryDirectory()
  const log = openLog(directory)
  await appendTo(log, [placeOrder('a')])
  await log.close()
  appendFileSync(join(directory, '0000000000000002.log'), Buffer.alloc(100))
  const again = openLog(directory)
  expect(again.lastCommand).toBe(1)
  await appendTo(again, [placeOrder('b')])
  expect(await readAll(again)).toHaveLength(2)
})

test.each([0, 1])('a missing segment is detected: the one at %d', async (missing) => {
  const directory = temporaryDirectory()
  const log = openLog(directory, { segmentBytesMax: 400 })
  for (let i = 1; i <= 10; i++) await appendTo(log, [placeOrder(`o-${i}`)])
  await log.close()
  rmSync(join(directory, segments(directory)[missing]))
  expect(() => openLog(directory)).toThrow(DamagedLog)
  expect(() => openLog(directory)).toThrow(/command [14] is missing, [47] follows/)
})

test('a truncated segment in the middle is damage', async () => {
  const directory = temporaryDirectory()
  const log = openLog(directory, { segmentBytesMax: 400 })
  for (let i = 1; i <= 10; i++) await appendTo(log, [placeOrder(`o-${i}`)])
  await log.close()
  const path = join(directory, segments(directory)[1])
  truncateSync(path, statSync(path).size - 1)
  expect(() => openLog(directory)).toThrow(/damaged at byte/)
})

test('an emptied segment in the middle is damage', async () => {
  const directory = temporaryDirectory()
  const log = openLog(directory, { segmentBytesMax: 400 })
  for (let i = 1; i <= 10; i++) await appendTo(log, [placeOrder(`o-${i}`)])
  await log.close()
  truncateSync(join(directory, segments(directory)[1]), 0)
  expect(() => openLog(directory)).toThrow(DamagedLog)
  expect(segments(directory)).toHaveLength(4)
})

test('an empty last segment that does not follow the one before is damage', async () => {
  const directory = temporaryDirectory()
  const log = openLog(directory)
  await appendTo(log, [placeOrder('a')])
  await log.close()
  appendFileSync(join(directory, '0000000000000003.log'), '')
  expect(() => openLog(directory)).toThrow('command 2 is missing, 3 follows')
})

test.each([Number.NaN, Number.NEGATIVE_INFINITY])('a whole frame with the arrival time %d is refused', async (time) => {
  const directory = temporaryDirectory()
  const log = openLog(directory)
  for (const id of ['a', 'b']) await appendTo(log, [placeOrder(id)])
  await log.close()
  const path = join(directory, segments(directory)[0])
  const first = decodeFrame(readFileSync(path), 0) as Frame
  const rest = readFileSync(path).subarray(frameBytes(first))
  // As the last frame too: its checksum is right, so it is not torn and must not be cut off.
  for (const behind of [rest, Buffer.alloc(0)]) {
    writeFileSync(path, Buffer.concat([encodeFrame({ ...first, timestampMs: time }), behind]))
    expect(() => openLog(directory)).toThrow(/the frame at byte 0 has no arrival time/)
  }
})

test('truncated anywhere, it opens with the frames before the cut', async () => {
  const directory = temporaryDirectory()
  const log = openLog(directory)
  for (const id of ['a', 'b', 'c']) await appendTo(log, [placeOrder(id)])
  await log.close()
  const path = join(directory, segments(directory)[0])
  const ends: number[] = []
  const bytes = readFileSync(path)
  for (let at = 0, frame = decodeFrame(bytes, 0); frame !== undefined; frame = decodeFrame(bytes, at)) {
    at += frameBytes(frame)
    ends.push(at)
  }
  for (let cut = bytes.length - 1; cut >= 0; cut -= 7) {
    truncateSync(path, cut)
    const whole = ends.filter((end) => end <= cut).length
    const cutLog = openLog(directory)
    expect(await readAll(cutLog)).toHaveLength(whole)
    expect(cutLog.lastCommand).toBe(whole)
    await cutLog.close()
    if (whole === 0) break
  }
})

test('a line that is not a command is reported and skipped; the rest of its frame is read', async () => {
  const directory = temporaryDirectory()
  const good = '{"kind":"AdvanceTime","symbol":"BTCUSD"}'
  const payload = Buffer.from(`${good}\n{"kind":7}\n${good}\n`)
  const frame = encodeFrame({ firstCommand: 1, timestampMs: 5, commandCount: 3, payload })
  appendFileSync(join(directory, '0000000000000001.log'), frame)
  const [record] = (await readAll(openLog(directory))) as [StreamRecord]
  expect(record).toMatchObject({ position: positionOf(3), timestampMs: 5 })
  expect(record.commands).toHaveLength(2)
  expect(record.malformed).toEqual([{ position: positionOf(2), line: '{"kind":7}', error: 'kind 7' }])
})

test('an unknown command stops the reading with an error that has its name', async () => {
  const directory = temporaryDirectory()
  const payload = Buffer.from('{"kind":"OpenAuction","symbol":"BTCUSD"}\n')
  const frame = encodeFrame({ firstCommand: 1, timestampMs: 5, commandCount: 1, payload })
  appendFileSync(join(directory, '0000000000000001.log'), frame)
  await expect(readAll(openLog(directory))).rejects.toThrow('unknown kind "OpenAuction"')
})

test.each([
  ['the last segment, at its opening', 1],
  ['a segment that others follow, before the records after it are read', 2],
])('rules that this program does not support are refused: %s', async (_, segmentsOfLog) => {
  const directory = temporaryDirectory()
  for (let n = 1; n <= segmentsOfLog; n++) {
    const line = n === 1 ? '{"kind":"AdoptRules","rules":9}' : '{"kind":"AdvanceTime","symbol":"BTCUSD"}'
    const frame = encodeFrame({ firstCommand: n, timestampMs: n, commandCount: 1, payload: Buffer.from(`${line}\n`) })
    appendFileSync(join(directory, `${positionOf(n)}.log`), frame)
  }
  const reading = (async () => readAll(openLog(directory)))()
  await expect(reading).rejects.toThrow('unknown rules "9"; this program supports rules 1 to 2.')
})

test('later lines can use an instrument that the log defines', async () => {
  const log = openLog(temporaryDirectory())
  const define = { kind: 'DefineInstrument', ...DEMO_INSTRUMENTS[0] } as const
  await appendTo(log, [define, placeOrder('a')])
  const records: StreamRecord[] = []
  for await (const batch of log.read('', [])) records.push(...batch)
  expect(records.flatMap(({ commands }) => commands)).toEqual([define, placeOrder('a')])
})

test('more bytes than its limit are refused at once, with a retryable failure', async () => {
  const log = openLog(temporaryDirectory())
  const command = placeOrder('a')
  const first = log.append(Buffer.alloc(65 * 1024 * 1024), [command])
  await expect(first).rejects.toThrow(OperationalFailure)
  await expect(first).rejects.toMatchObject({ code: 'overloaded', retryable: true })
  await appendTo(log, [command])
  await log.close()
})

test('says what each sync took and held, and what waits', async () => {
  const synced: number[][] = []
  const log = openLog(temporaryDirectory(), {
    onSynced: (ms, commands, bytes) => synced.push([Math.sign(ms), commands, bytes]),
  })
  expect(log.waiting).toEqual({ commands: 0, bytes: 0 })
  const first = appendTo(log, [placeOrder('a'), placeOrder('b')])
  const second = appendTo(log, [placeOrder('c')])
  const { commands, bytes } = log.waiting
  expect(commands).toBe(3)
  expect(bytes).toBeGreaterThan(100)
  await Promise.all([first, second])
  expect(synced).toEqual([[1, 3, bytes]])
  expect(log.waiting).toEqual({ commands: 0, bytes: 0 })
  await log.close()
})
