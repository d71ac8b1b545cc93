import { PassThrough, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { printSample } from './print-sample.ts'
import { sampleFeed } from './sample-feed.ts'

test('prints the whole feed and leaves the output open', async () => {
  const output = new PassThrough()
  const read = text(output)
  await printSample({ rows: 3_000, seed: 4 }, output)
  expect(output.writableEnded).toBe(false)
  output.end()
  expect(await read).toBe([...sampleFeed({ rows: 3_000, seed: 4 })].join(''))
})

const failing = (code: string) =>
  new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
  })

test('a reader that closes the pipe is not a failure', async () => {
  await printSample({ rows: 3_000, seed: 4 }, failing('EPIPE'))
})

test('a full disk is a failure', async () => {
  await expect(printSample({ rows: 3_000, seed: 4 }, failing('ENOSPC'))).rejects.toThrow('ENOSPC')
})
