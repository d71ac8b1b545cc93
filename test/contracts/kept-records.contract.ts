/** The contract of the store of records that wait for their symbol. */

import { describe, expect, test } from 'vitest'
import type { KeptRecords } from '../../src/ports/kept-records.ts'
import type { RawRecord } from '../../src/ports/record-stream.ts'

const record = (n: number): RawRecord => ({
  position: String(n).padStart(64, '0'),
  timestampMs: 1_700_000_000_000 + n,
  bytes: Buffer.from(`line ${n}\n\xff\n`, 'latin1'),
})
const records = (...numbers: number[]) => numbers.map(record)

export function keptRecordsContract(open: () => Promise<KeptRecords>): void {
  async function read(kept: KeptRecords, symbol: string, after = ''): Promise<number[]> {
    const found: RawRecord[] = []
    for await (const some of kept.read(symbol, after)) found.push(...some)
    for (const each of found) {
      const n = Number(each.position)
      expect({ ...each, bytes: Buffer.from(each.bytes) }).toEqual(record(n))
    }
    return found.map(({ position }) => Number(position))
  }

  describe('kept records', () => {
    test('are read in order, with their bytes', async () => {
      const kept = await open()
      await kept.keep('AAA', records(10, 11))
      await kept.keep('AAA', records(9))
      await kept.keep('BBB', records(12))
      expect(await read(kept, 'AAA')).toEqual([9, 10, 11])
      expect(await read(kept, 'AAA', record(10).position)).toEqual([11])
      expect(await read(kept, 'CCC')).toEqual([])
    })

    test('a shorter repetition of a batch replaces nothing', async () => {
      const kept = await open()
      await kept.keep('AAA', records(1, 2, 3))
      await kept.keep('AAA', records(1))
      await kept.keep('AAA', records(1, 2, 3))
      expect([...new Set(await read(kept, 'AAA'))]).toEqual([1, 2, 3])
    })

    test('those that are forgotten do not come back, later ones stay', async () => {
      const kept = await open()
      await kept.keep('AAA', records(1, 2))
      await kept.keep('AAA', records(3, 4))
      await kept.forget('AAA', record(2).position)
      expect(await read(kept, 'AAA')).toEqual([3, 4])
      await kept.forget('AAA', record(4).position)
      expect(await read(kept, 'AAA')).toEqual([])
    })
  })
}
