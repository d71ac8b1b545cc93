import { expect, test } from 'vitest'
import { CoreInterrupted, CoreRefused, openCore } from './open-core.ts'

const SUMMARY = { dataPath: '', isNew: true, instruments: [], rules: 2, commands: 0, openOrders: 0, logTimeMs: 0 }
const READY = `parentPort.postMessage({ kind: 'ready', records: '', summary: ${JSON.stringify(SUMMARY)} });`

/** A thread that needs a moment to load its code, and to end. */
const SLOW = `const until = Date.now() + 300; while (Date.now() < until);`

/** A thread with this code. When it is asked to leave, it ends a moment later, and notes that in `data.dataPath`. */
const threadOf = (code: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort, workerData } from 'node:worker_threads'
      const { dataPath: left } = workerData
      parentPort.on('message', ({ kind }) => {
        if (kind === 'leave') setTimeout(() => { if (left) left[0] = 1; parentPort.close() }, 50)
      })
      ${code}
      parentPort.postMessage({ kind: 'up' })
    `)}`,
  )

function opening(code: string, signal?: AbortSignal) {
  const left = new Int32Array(new SharedArrayBuffer(4))
  const failures: string[] = []
  const core = openCore(
    { core: threadOf(code), reader: threadOf(''), market: threadOf(''), lake: threadOf('') },
    { dataPath: left as unknown as string, accountOpenOrdersMax: 1, seed: [] },
    { onLog: () => {}, onFailed: (message) => failures.push(message) },
    signal,
  )
  return { core, left, failures }
}

test('an interrupted start ends when its thread has ended by itself', async () => {
  const interruption = new AbortController()
  const { core, left } = opening('', interruption.signal)
  interruption.abort()
  await expect(core).rejects.toThrow(CoreInterrupted)
  expect(left[0]).toBe(1)
  // Nothing is started after the signal.
  await expect(opening('', interruption.signal).core).rejects.toThrow(CoreInterrupted)
})

test('a start that is ready when it is interrupted does not serve', async () => {
  const interruption = new AbortController()
  const { core, left, failures } = opening(READY, interruption.signal)
  interruption.abort()
  await expect(core).rejects.toThrow(CoreInterrupted)
  expect([left[0], failures]).toEqual([1, []])
})

test('a refused start says why, and its thread ends by itself', async () => {
  const refused = `parentPort.postMessage({ kind: 'refused', message: 'the disk is full' }); setTimeout(() => parentPort.close(), 50)`
  await expect(opening(refused).core).rejects.toThrow(new CoreRefused('the disk is full'))
})

test('a core that has failed is asked to leave', async () => {
  const failing = `${READY} parentPort.postMessage({ kind: 'failed', message: 'EIO' })`
  const { core, left, failures } = opening(failing)
  await (await core).ended
  expect([left[0], failures]).toEqual([1, ['EIO']])
})

test('the reader has ended too, also if it was still starting', async () => {
  const ended = new SharedArrayBuffer(4)
  const state = new Int32Array(ended)
  const note = `process.on('exit', () => { workerData.path[0] = 1 });`
  const core = openCore(
    {
      core: threadOf(
        `${READY.replace("records: ''", 'records: workerData.seed')} parentPort.postMessage({ kind: 'failed', message: 'EIO' })`,
      ),
      reader: threadOf(`${SLOW} ${note}`),
      market: threadOf(''),
      lake: threadOf(''),
    },
    { dataPath: '', accountOpenOrdersMax: 1, seed: state as never },
    { onLog: () => {}, onFailed: () => {} },
  )
  await (await core).ended
  expect(state[0]).toBe(1)
})

test('a core that ends without a word has failed', async () => {
  const { core, failures } = opening(`${READY} setTimeout(() => { throw new Error('crossed book') }, 50)`)
  await (await core).ended
  expect(failures).toEqual([expect.stringContaining('crossed book')])
  await expect(opening('process.exit()').core).rejects.toThrow('the core has stopped')
})
