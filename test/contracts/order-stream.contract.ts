/** The contract of an order stream. */

import { describe, expect, test } from 'vitest'
import { BEGINNING, type OrderStream, type StreamRecord, StreamTruncated } from '../../src/ports/order-stream.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import { DEMO_INSTRUMENTS } from '../../src/protocol/instrument/instrument.ts'
import { linesOf, placeOrder } from './sample-records.ts'

export interface StreamUnderTest {
  readonly stream: OrderStream
  /** The clock of the stream. */
  setNowMs(nowMs: number): void
  /** Closes the stream and opens it again with the stored records. */
  reopen(): Promise<StreamUnderTest>
}

export const appendTo = (stream: OrderStream, commands: readonly Command[]): Promise<number> =>
  stream.append(linesOf(commands), commands)

export async function readAll(stream: OrderStream, after = BEGINNING): Promise<StreamRecord[]> {
  const all: StreamRecord[] = []
  for await (const records of stream.read(after, DEMO_INSTRUMENTS)) all.push(...records)
  return all
}

export function orderStreamContract(open: () => Promise<StreamUnderTest>): void {
  describe('an order stream', () => {
    test('returns the appended commands in order, equal in every field', async () => {
      const { stream } = await open()
      const first = [placeOrder('a'), placeOrder('b', { side: 'SELL', postOnly: true, requestId: 'r' })]
      const second: Command[] = [{ kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a' }]
      await appendTo(stream, first)
      await appendTo(stream, second)
      expect((await readAll(stream)).flatMap(({ commands }) => commands)).toEqual([...first, ...second])
    })

    test('is empty at first', async () => {
      expect(await readAll((await open()).stream)).toEqual([])
    })

    test('keeps the sequence of calls that do not wait for each other', async () => {
      const { stream } = await open()
      const ids = Array.from({ length: 200 }, (_, i) => `o-${i}`)
      await Promise.all(ids.map((id) => appendTo(stream, [placeOrder(id)])))
      const read = (await readAll(stream)).flatMap(({ commands }) => commands)
      expect(read.map((command) => 'orderId' in command && command.orderId)).toEqual(ids)
    })

    test('has positions that increase as text, and continues from any of them', async () => {
      const { stream } = await open()
      for (let i = 0; i < 12; i++) await appendTo(stream, [placeOrder(`o-${i}`)])
      const all = await readAll(stream)
      const positions = all.map(({ position }) => position)
      expect([...positions].sort()).toEqual(positions)
      expect(new Set(positions).size).toBe(12)
      expect(positions[0] > BEGINNING).toBe(true)
      for (const [i, position] of positions.entries()) {
        expect(await readAll(stream, position)).toEqual(all.slice(i + 1))
      }
    })

    test('resolves with the arrival time that it stores', async () => {
      const { stream, setNowMs } = await open()
      setNowMs(5_000)
      expect(await appendTo(stream, [placeOrder('a')])).toBe(5_000)
      expect((await readAll(stream))[0].timestampMs).toBe(5_000)
    })

    test('has times that never decrease, also if the clock does, and across a restart', async () => {
      const opened = await open()
      opened.setNowMs(5_000)
      await appendTo(opened.stream, [placeOrder('a')])
      opened.setNowMs(4_000)
      expect(await appendTo(opened.stream, [placeOrder('b')])).toBe(5_000)
      const again = await opened.reopen()
      again.setNowMs(3_000)
      expect(await appendTo(again.stream, [placeOrder('c')])).toBe(5_000)
      again.setNowMs(6_000)
      expect(await appendTo(again.stream, [placeOrder('d')])).toBe(6_000)
      expect((await readAll(again.stream)).map(({ timestampMs }) => timestampMs)).toEqual([5_000, 5_000, 5_000, 6_000])
    })

    test('keeps its records and continues its positions across a restart', async () => {
      const opened = await open()
      await appendTo(opened.stream, [placeOrder('a'), placeOrder('b')])
      const before = await readAll(opened.stream)
      const { stream } = await opened.reopen()
      expect(await readAll(stream)).toEqual(before)
      await appendTo(stream, [placeOrder('c')])
      const after = await readAll(stream, before[0].position)
      expect(after.map(({ commands }) => commands)).toEqual([[placeOrder('c')]])
    })

    test('throws if it ends before an applied position', async () => {
      const opened = await open()
      await appendTo(opened.stream, [placeOrder('a')])
      await appendTo(opened.stream, [placeOrder('b')])
      const [, { position }] = await readAll(opened.stream)
      const shorter = await open()
      await appendTo(shorter.stream, [placeOrder('a')])
      await expect(readAll(shorter.stream, position)).rejects.toThrow(StreamTruncated)
    })
  })
}
