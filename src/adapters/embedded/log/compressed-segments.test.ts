/** Closed segments of the order log that an operator has compressed. */

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { appendTo, readAll } from '../../../../test/contracts/order-stream.contract.ts'
import { placeOrder } from '../../../../test/contracts/sample-records.ts'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import { positionOf } from './log-records.ts'
import { OrderLog } from './order-log.ts'
import { DamagedLog } from './segment-frames.ts'

const openLog = (directory: string): OrderLog =>
  new OrderLog({
    directory,
    nowMs: () => 1_000,
    onRecord: () => {},
    onFailed: (cause) => {
      throw cause
    },
    segmentBytesMax: 1,
  })

/** A log of four segments with one command each. */
async function fourSegments(): Promise<{ directory: string; paths: string[] }> {
  const directory = temporaryDirectory()
  const log = openLog(directory)
  for (const id of ['a', 'b', 'c', 'd']) await appendTo(log, [placeOrder(id)])
  await log.close()
  const paths = readdirSync(directory)
    .sort()
    .map((name) => join(directory, name))
  expect(paths).toHaveLength(4)
  return { directory, paths }
}

function compress(path: string): void {
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)))
  rmSync(path)
}

const idsOf = async (log: OrderLog, after?: string): Promise<unknown[]> =>
  (await readAll(log, after)).flatMap(({ commands }) =>
    commands.map((command) => 'orderId' in command && command.orderId),
  )

test('are read as before, and the log continues after them', async () => {
  const { directory, paths } = await fourSegments()
  for (const path of paths.slice(0, 3)) compress(path)
  const log = openLog(directory)
  expect(log.lastCommand).toBe(4)
  expect(await idsOf(log)).toEqual(['a', 'b', 'c', 'd'])
  expect(await idsOf(log, positionOf(2))).toEqual(['c', 'd'])
  await appendTo(log, [placeOrder('e')])
  await log.close()
  expect(await idsOf(openLog(directory))).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('are ignored while the segment itself is present: gzip may not have finished', async () => {
  const { directory, paths } = await fourSegments()
  writeFileSync(`${paths[1]}.gz`, gzipSync(readFileSync(paths[1])).subarray(0, 30))
  expect(await idsOf(openLog(directory))).toEqual(['a', 'b', 'c', 'd'])
})

test('give the end of the log if a crash left the next segment empty', async () => {
  const { directory, paths } = await fourSegments()
  compress(paths[2])
  writeFileSync(paths[3], '')
  expect(openLog(directory).lastCommand).toBe(3)
})

test('that are damaged or missing are refused when they are read', async () => {
  const { directory, paths } = await fourSegments()
  compress(paths[0])
  compress(paths[1])
  const [first, second] = [`${paths[0]}.gz`, `${paths[1]}.gz`]
  writeFileSync(first, readFileSync(first).subarray(0, 40))
  expect(await idsOf(openLog(directory), positionOf(2))).toEqual(['c', 'd'])
  await expect(idsOf(openLog(directory))).rejects.toThrow(DamagedLog)
  rmSync(first)
  expect(() => openLog(directory)).toThrow('command 1 is missing, 2 follows')
  rmSync(second)
  expect(() => openLog(directory)).toThrow(DamagedLog)
})

test('the last segment must not be one', async () => {
  const { directory, paths } = await fourSegments()
  compress(paths[3])
  expect(() => openLog(directory)).toThrow(`the last segment must not be compressed. Run: gunzip ${paths[3]}.gz`)
})
