import { expect, test } from 'vitest'
import { placeOrder } from '../../../../test/contracts/sample-records.ts'
import type { CommitStore } from '../../../ports/commit-store.ts'
import type { TracedStage } from '../../../ports/tracing.ts'
import { CoreTraces, tracedStore } from './core-traces.ts'

const [FIRST, SECOND, OTHER] = ['a', 'b', 'c'].map((id) => placeOrder(id))
const record = (position: string, commands = [FIRST, SECOND, OTHER]) => ({ position, timestampMs: 1, commands })
const batch = (to: string) => ({ from: '', to, rules: 1, orders: [], trades: [] })

function started() {
  const stages: TracedStage[] = []
  const traces = new CoreTraces((some) => void stages.push(...some))
  return { stages, traces, names: () => stages.map(({ parent, name }) => `${parent} ${name}`) }
}

test('a submit has one append, one match and one commit, in the order of time', async () => {
  const { stages, traces, names } = started()
  const submit = traces.begin('one', [FIRST, SECOND])
  let applied = 0
  traces.apply(record('5'), () => void applied++)
  if (submit !== undefined) traces.end(submit)
  await traces.commit(batch('4'), async () => {})
  expect(names()).toEqual(['one log append', 'one match'])
  await traces.commit(batch('5'), async () => {})
  await traces.commit(batch('6'), async () => {})
  expect([applied, names()]).toEqual([1, ['one log append', 'one match', 'one commit']])
  const times = stages.flatMap(({ startMs, endMs }) => [startMs, endMs])
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(Math.abs(times[0] - Date.now())).toBeLessThan(600_000)
})

test('a record without traced commands has no stages', () => {
  const { stages, traces } = started()
  traces.begin('one', [FIRST])
  traces.apply(record('5', [OTHER]), () => {})
  expect(stages).toEqual([])
})

test('a submit that was refused leaves nothing', async () => {
  const { stages, traces } = started()
  const submit = traces.begin('one', [FIRST])
  if (submit !== undefined) traces.end(submit)
  traces.apply(record('5', [FIRST]), () => {})
  await traces.commit(batch('5'), async () => {})
  expect(stages).toEqual([])
})

test('a commit that fails is no stage, and the next one is', async () => {
  const { traces, names } = started()
  traces.begin('one', [FIRST])
  traces.apply(record('5'), () => {})
  let fails = true
  const store = tracedStore(
    {
      commit: async () => {
        if (fails) throw new Error('full')
      },
    } as unknown as CommitStore,
    traces,
  )
  await expect(store.commit(batch('5'))).rejects.toThrow('full')
  fails = false
  await store.commit(batch('5'))
  expect(names().filter((name) => name.includes('commit'))).toEqual(['one commit'])
})

test('only so many submits are traced at a time', () => {
  const { traces } = started()
  const begun = Array.from({ length: 10_001 }, (_, i) => traces.begin(`${i}`, [placeOrder(`order-${i}`)]))
  expect(begun.filter((submit) => submit !== undefined).length).toBe(10_000)
})
