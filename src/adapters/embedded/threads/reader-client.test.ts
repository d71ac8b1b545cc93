import { expect, onTestFinished, test } from 'vitest'
import { ReaderClient } from './reader-client.ts'

/**
 * A thread that answers with the layers that it has, fails at the order `fail`, and never answers `wait`. When it
 * leaves, it clears its last layer.
 */
const THREAD = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    const layers = []
    const leave = (layer) => {
      layer?.fill(0)
      parentPort.close()
    }
    let last
    parentPort.on('message', ({ kind, layer, id, ask }) => {
      if (kind === 'idLayer') layers.push((last = layer)[0])
      else if (kind === 'leave') setTimeout(leave, 50, last)
      else if (ask.orderId === 'fail') throw new Error('a damaged page')
      else if (ask.orderId !== 'wait') parentPort.postMessage({ kind: 'answer', id, answer: layers })
    })
    parentPort.postMessage({ kind: 'up' })
  `)}`,
)

function opened() {
  const failures: string[] = []
  const client = new ReaderClient(THREAD, { path: '' }, (message) => failures.push(message))
  onTestFinished(() => client.stop())
  return { client, failures, ask: (orderId: string) => client.ask('order', { account: 'ann', orderId }) }
}
const layer = (number: number) => new Int32Array(new SharedArrayBuffer(4)).fill(number)

test('a reader that failed is started again by the next read, with all layers of the filter of ids', async () => {
  const { client, failures, ask } = opened()
  client.share(layer(1))
  const waiting = ask('wait')
  waiting.catch(() => {})
  await expect(ask('fail')).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  await expect(waiting).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  expect(failures).toEqual(['a damaged page'])
  client.share(layer(2))
  expect(await ask('a')).toEqual([1, 2])
  client.share(layer(3))
  expect(await ask('a')).toEqual([1, 2, 3])
})

test('every read ends when the reader stops, also one that comes later', async () => {
  const { client, failures, ask } = opened()
  await ask('a')
  const waiting = ask('wait')
  waiting.catch(() => {})
  const stopped = client.stop()
  await expect(ask('late')).rejects.toMatchObject({ code: 'stopping', retryable: true })
  await stopped
  await expect(waiting).rejects.toMatchObject({ code: 'unavailable' })
  await expect(ask('later')).rejects.toMatchObject({ code: 'stopping' })
  expect(failures).toEqual([])
})

test('the reader ends by itself: terminated inside LMDB it would end the process', async () => {
  const { client } = opened()
  const last = layer(1)
  client.share(last)
  await client.stop()
  expect(last[0]).toBe(0)
})

test('says when the first thread is up, or has failed', async () => {
  await opened().client.up
  const failing = new URL(`data:text/javascript,throw new Error('no such file')`)
  const client = new ReaderClient(failing, { path: '' }, () => {})
  await client.up
  await client.stop()
})
