import { appendFileSync, copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { appendTo, readAll } from '../../../../test/contracts/order-stream.contract.ts'
import { placeOrder } from '../../../../test/contracts/sample-records.ts'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import { FRAME_HEADER_BYTES } from './log-frame.ts'
import { OrderLog } from './order-log.ts'

const failures: string[] = []
function openLog(directory: string, segmentBytesMax?: number): OrderLog {
  failures.length = 0
  return new OrderLog({
    directory,
    nowMs: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    onRecord: () => {},
    onFailed: (cause) => failures.push(cause.message),
    ...(segmentBytesMax === undefined ? {} : { segmentBytesMax }),
  })
}
const FIRST = '0000000000000001.log'

describe('a torn end', () => {
  async function torn(): Promise<{ directory: string; before: Buffer; whole: number; bytes: Buffer }> {
    const directory = temporaryDirectory()
    const log = openLog(directory)
    await appendTo(log, [placeOrder('a')])
    await log.close()
    const whole = readFileSync(join(directory, FIRST)).length
    const bytes = readFileSync(join(directory, FIRST)).subarray(0, FRAME_HEADER_BYTES + 7)
    appendFileSync(join(directory, FIRST), bytes)
    return { directory, before: readFileSync(join(directory, FIRST)), whole, bytes }
  }

  test('is not changed by opening, reading and closing', async () => {
    const { directory, before } = await torn()
    const log = openLog(directory)
    expect(await readAll(log)).toHaveLength(1)
    await log.close()
    expect(readFileSync(join(directory, FIRST)).equals(before)).toBe(true)
    expect(readdirSync(directory)).toEqual([FIRST])
  })

  test('is kept in a file that names segment, byte and time before it is cut off', async () => {
    const { directory, whole, bytes } = await torn()
    const log = openLog(directory)
    expect(log.end.tail.kind).toBe('torn')
    const kept = log.startWriting() as string
    expect(kept).toBe(join(directory, `${FIRST}-at-${whole}-20260102T030405678Z.torn`))
    expect(readFileSync(kept).equals(bytes)).toBe(true)
    expect(readFileSync(join(directory, FIRST))).toHaveLength(whole)
    expect(log.startWriting()).toBeUndefined()
    await appendTo(log, [placeOrder('b')])
    await log.close()
    expect(await readAll(openLog(directory))).toHaveLength(2)
  })

  test('in a segment without a frame is kept too, and the segment is used', async () => {
    const directory = temporaryDirectory()
    const log = openLog(directory)
    await appendTo(log, [placeOrder('a')])
    await log.close()
    const second = '0000000000000002.log'
    writeFileSync(join(directory, second), readFileSync(join(directory, FIRST)).subarray(0, 40))
    const again = openLog(directory)
    await appendTo(again, [placeOrder('b')])
    await again.close()
    expect(readdirSync(directory).sort()).toEqual([FIRST, second, `${second}-at-0-20260102T030405678Z.torn`])
    expect(await readAll(openLog(directory))).toHaveLength(2)
  })
})

describe('a second writer is noticed before the next frame', () => {
  const CHANGED = /another process has changed the order log/

  async function expectStopped(log: OrderLog): Promise<void> {
    await expect(appendTo(log, [placeOrder('x')])).rejects.toThrow(CHANGED)
    expect(failures).toEqual([expect.stringMatching(CHANGED)])
    await expect(appendTo(log, [placeOrder('y')])).rejects.toMatchObject({ code: 'storage_failed', retryable: false })
  }

  test('that has written a frame', async () => {
    const directory = temporaryDirectory()
    const log = openLog(directory)
    await appendTo(log, [placeOrder('a')])
    const other = openLog(directory)
    await appendTo(other, [placeOrder('b')])
    await expectStopped(log)
    await other.close()
    expect(await readAll(openLog(directory))).toHaveLength(2)
  })

  test('that has started a segment', async () => {
    const directory = temporaryDirectory()
    const log = openLog(directory, 1)
    await appendTo(log, [placeOrder('a')])
    appendFileSync(join(directory, '0000000000000002.log'), 'of another')
    await expectStopped(log)
    expect(readFileSync(join(directory, '0000000000000002.log'), 'utf8')).toBe('of another')
  })

  test.each(['removed', 'replaced'])('that has %s the segment', async (how) => {
    const directory = temporaryDirectory()
    const log = openLog(directory)
    await appendTo(log, [placeOrder('a')])
    const path = join(directory, FIRST)
    if (how === 'removed') rmSync(path)
    else {
      copyFileSync(path, `${path}.copy`)
      renameSync(`${path}.copy`, path)
    }
    await expectStopped(log)
  })

  test('that has written after this one has read the end', async () => {
    const directory = temporaryDirectory()
    const first = openLog(directory)
    await appendTo(first, [placeOrder('a')])
    const late = openLog(directory)
    await appendTo(first, [placeOrder('b')])
    await expectStopped(late)
    await appendTo(first, [placeOrder('c')])
    await first.close()
    expect(await readAll(openLog(directory))).toHaveLength(3)
  })
})
