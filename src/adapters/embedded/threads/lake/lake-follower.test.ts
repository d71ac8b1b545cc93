/**
 * The lake's thread with a core that loses events, a disk that is full for a time, and an exchange that stops. A seed
 * decides when. At the end each event is in the lake once.
 */

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { temporaryDirectory } from '../../../../../test/contracts/temporary-directory.ts'
import { crashPoints } from '../../../../../test/lake/crash-points.ts'
import { positionAt, recordsFrom, rowKeys } from '../../../../../test/lake/lake-log.ts'
import { lakeKeys } from '../../../../../test/lake/lake-reader.ts'
import { SimulatedCore } from '../../../../../test/lake/simulated-core.ts'
import type { StreamRecord } from '../../../../ports/order-stream.ts'

vi.mock('node:fs', async (original) => {
  const { crashingFs } = await import('../../../../../test/lake/crash-points.ts')
  return crashingFs(await original())
})

const records = recordsFrom(Date.UTC(2026, 10, 26, 12), 60, 1_800_000)
const rootOf = () => join(temporaryDirectory(), 'lake')

test('live events are stored within a moment, and the last ones at the end', async () => {
  const core = new SimulatedCore(rootOf(), records)
  core.start()
  core.match(10)
  await core.untilStored()
  expect(await lakeKeys(core.root)).toEqual(rowKeys(records.slice(0, 10)))
  core.match(5)
  await core.stop(true)
  expect(await lakeKeys(core.root)).toEqual(rowKeys(records.slice(0, 15)))
  expect(core.states).toContain('live')
})

test('a lake that has everything joins without matching the log again', async () => {
  const root = rootOf()
  const first = new SimulatedCore(root, records)
  first.start()
  first.match(10)
  await first.stop(true)
  const core = new SimulatedCore(root, records)
  core.match(10)
  core.start()
  await core.untilStored()
  expect(core.states).toEqual(['live'])
  expect(core.replays).toBe(0)
  // Names only.
  expect(core.memoryBytes.get('live')).toBeLessThan(10_000)
  await core.stop(true)
})

test('a lake of another log with the same numbers is refused, and not changed', async () => {
  const root = rootOf()
  const first = new SimulatedCore(root, records)
  first.start()
  first.match(10)
  await first.stop(true)
  const others = recordsFrom(Date.UTC(2026, 10, 26, 12, 0, 0, 1), 60, 1_800_000)
  // At the same command, and later.
  for (const matched of [10, 12]) {
    const core = new SimulatedCore(root, others)
    core.match(matched)
    core.start()
    await vi.waitFor(() => expect(core.states.at(-1)).toBe('refused'), { timeout: 30_000 })
    expect(core.details.at(-1)).toContain('another order log')
    await core.stop(true)
  }
  expect(await lakeKeys(root)).toEqual(rowKeys(records.slice(0, 10)))
})

test('commands without events behind the last row: the lake is compared with the log, then joins', async () => {
  const root = rootOf()
  const idle: StreamRecord = {
    position: positionAt(Number(records[9].position) + 1),
    timestampMs: records[9].timestampMs + 1,
    commands: [{ kind: 'AdvanceTime', symbol: 'BTCUSD' }],
  }
  const log = [...records.slice(0, 10), idle]
  const run = async () => {
    const core = new SimulatedCore(root, log)
    core.match(11)
    core.start()
    await core.untilStored()
    await core.stop(true)
    return core.replays
  }
  const first = new SimulatedCore(root, log)
  first.start()
  first.match(10)
  await first.stop(true)
  expect(await run()).toBe(1)
  // Now the lake is at the end of the log.
  expect(await run()).toBe(0)
})

test('an event that is missing on its way is found before it is stored, and taken from the log', async () => {
  const core = new SimulatedCore(rootOf(), records)
  core.start()
  core.match(10)
  await core.untilStored()
  core.loseNext = true
  core.match(10)
  await core.untilStored()
  expect(core.states).toContain('failing')
  expect(core.memoryBytes.get('behind')).toBe(1_000_000)
  expect(core.details).toContainEqual(expect.stringContaining('does not follow event'))
  expect(await lakeKeys(core.root)).toEqual(rowKeys(records.slice(0, 20)))
  await core.stop(true)
})

// With the events, or some time after them, when no message waits.
test.each([0, 100])(
  'while the disk is full nothing is taken, and then nothing is missing (flush after %i ms)',
  async (flushMs) => {
    const core = new SimulatedCore(rootOf(), records, flushMs)
    core.start()
    core.match(10)
    await core.untilStored()
    crashPoints.fail = (call) => {
      const [what, path] = call.split(' ')
      if (what === 'write') throw Object.assign(new Error(`ENOSPC: no space left, write '${path}'`), { code: 'ENOSPC' })
    }
    core.match(10)
    await vi.waitFor(() => expect(core.states.at(-1)).toBe('failing'), { timeout: 30_000 })
    // The detail is public, so it has no path.
    expect(core.details).toContain('The data lake cannot be written: the disk is full (ENOSPC). It is tried again.')
    expect(core.errors.at(-1)).toContain(core.root)
    core.match(10)
    crashPoints.fail = undefined
    await core.untilStored()
    expect(core.states.at(-1)).toBe('live')
    expect(await lakeKeys(core.root)).toEqual(rowKeys(records.slice(0, 30)))
    await core.stop(true)
  },
)

test.each(['folder', 'content'])('the %s of a running lake is taken away: all is made again', async (what) => {
  const core = new SimulatedCore(rootOf(), records)
  core.start()
  core.match(10)
  await core.untilStored()
  if (what === 'folder') renameSync(core.root, `${core.root}-away`)
  else {
    rmSync(core.root, { recursive: true })
    // As a mount point whose file system is gone.
    mkdirSync(core.root)
  }
  core.match(10)
  await core.untilStored()
  expect(core.details).toContain(
    'The data lake cannot be written: its folder was moved away or replaced. It is tried again.',
  )
  expect(await lakeKeys(core.root)).toEqual(rowKeys(records.slice(0, 20)))
  await core.stop(true)
})

test('a lake that is refused is made again when it was moved away, without a restart', async () => {
  const root = rootOf()
  const core = new SimulatedCore(root, records)
  mkdirSync(root)
  writeFileSync(join(root, 'lake.json'), '{')
  core.match(10)
  core.start()
  await vi.waitFor(() => expect(core.states).toEqual(['refused']), { timeout: 30_000 })
  core.match(10)
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(core.states).toEqual(['refused'])
  renameSync(root, `${root}-away`)
  await core.untilStored()
  expect(await lakeKeys(root)).toEqual(rowKeys(records.slice(0, 20)))
  await core.stop(true)
})

test('an end while the disk is full does not wait for it', async () => {
  const core = new SimulatedCore(rootOf(), records)
  core.start()
  core.match(10)
  await core.untilStored()
  crashPoints.fail = () => {
    throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
  }
  core.match(10)
  await vi.waitFor(() => expect(core.states.at(-1)).toBe('failing'), { timeout: 30_000 })
  await core.stop(true)
  crashPoints.fail = undefined
  expect(await lakeKeys(core.root)).toEqual(rowKeys(records.slice(0, 10)))
})

test.each(Array.from({ length: 15 }, (_, i) => i + 1))('overflows, restarts and kills (seed %i)', async (seed) => {
  let state = seed
  const below = (count: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor(state / 65_536) % count
  }
  const root = rootOf()
  let core = new SimulatedCore(root, records)
  core.start()
  for (let matched = 0; matched < records.length; ) {
    const count = Math.min(1 + below(8), records.length - matched)
    matched += count
    core.match(count)
    const what = below(6)
    if (what === 0) core.drop()
    else if (what === 1) await core.untilStored()
    else if (what === 2) await new Promise((resolve) => setTimeout(resolve, below(4)))
    else if (what === 3) {
      await core.stop(below(2) === 0)
      const next = new SimulatedCore(root, records)
      next.match(matched)
      core = next
      core.start()
    }
    const keys = await lakeKeys(root)
    expect(new Set(keys).size).toBe(keys.length)
  }
  await core.untilStored()
  await core.stop(true)
  expect(await lakeKeys(root)).toEqual(rowKeys(records))
})
