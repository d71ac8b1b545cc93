import { expect, test } from 'vitest'
import { TurnQueue } from './turn-queue.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('a turn does so many pieces of work, in order', async () => {
  const queue = new TurnQueue(3)
  const done: number[] = []
  for (let i = 0; i < 8; i++) queue.add(() => done.push(i))
  expect(done).toEqual([0, 1, 2])
  await turn()
  expect(done).toEqual([0, 1, 2, 3, 4, 5])
  await turn()
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})

test('new work does not pass work that waits', async () => {
  const queue = new TurnQueue(2)
  const done: string[] = []
  queue.addLater(() => done.push('a'))
  queue.add(() => done.push('b'))
  expect(done).toEqual([])
  await turn()
  expect(done).toEqual(['a', 'b'])
})

test('work that is added by work of a turn is done in a later turn, within its limit', async () => {
  const queue = new TurnQueue(2)
  const done: string[] = []
  queue.addLater(() => {
    done.push('a')
    for (const next of ['b', 'c', 'd']) queue.add(() => done.push(next))
  })
  await turn()
  expect(done).toEqual(['a'])
  await turn()
  expect(done).toEqual(['a', 'b', 'c'])
  await turn()
  expect(done).toEqual(['a', 'b', 'c', 'd'])
})
