import { createServer, IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { countedTurns, dialed, until } from '../../test/http/dialed-server.ts'
import { readInTurns } from './body-turns.ts'

const PER_TURN = 1
const SMALL = 1_000
/** What Node reads at a time. */
const READ_BYTES = 64 * 1024
const BODY = Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => i % 251))

/** Serves the length of each body, or with `early` an answer before the body. Counts the chunks of each turn. */
async function serve({ early = false } = {}) {
  const chunks: number[] = []
  const turn = countedTurns()
  class Counted extends IncomingMessage {
    override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
      if (chunk !== null) chunks[turn()] = (chunks[turn()] ?? 0) + 1
      return super.push(chunk, encoding)
    }
  }
  const inTurns = readInTurns(Counted, { perTurn: PER_TURN, smallMax: SMALL })
  const server = createServer({ IncomingMessage: inTurns }, async (request, response) => {
    if (early) {
      response.end('early;')
      return
    }
    const parts: Buffer[] = []
    request.on('data', (part) => parts.push(part))
    await new Promise((resolve) => request.on('end', resolve))
    const body = Buffer.concat(parts)
    response.end(body.equals(BODY.subarray(0, body.length)) ? `${body.length};` : 'different;')
  })
  return { dial: await dialed(server), chunks }
}

const post = (length: number): Buffer =>
  Buffer.concat([
    Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`),
    BODY.subarray(0, length),
  ])

test('a turn reads few chunks of large bodies, and all arrive complete', async () => {
  const { dial, chunks } = await serve()
  const sockets = await Promise.all(Array.from({ length: 3 }, dial))
  await Promise.all(
    sockets.map(async (socket) => {
      const answer = until(socket, `${BODY.length};`)
      socket.write(post(BODY.length))
      await answer
    }),
  )
  const read = chunks.filter((count) => count !== undefined)
  // The first chunks of the three come with the heads of their requests.
  expect(Math.max(...read)).toBeLessThanOrEqual(PER_TURN + 3)
  expect(read.filter((count) => count > PER_TURN).length).toBeLessThanOrEqual(3)
  expect(read.reduce((sum, count) => sum + count, 0)).toBeGreaterThan((3 * BODY.length) / READ_BYTES)
})

test('small and large bodies follow each other on one connection', async () => {
  const { dial } = await serve()
  const socket = await dial()
  const lengths = [10, 200_000, 0, SMALL, 300_001, SMALL + 1, 20]
  const answer = until(socket, lengths.map((length) => `${length};`).at(-1) as string)
  let text = ''
  socket.on('data', (chunk) => (text += chunk))
  for (const length of lengths) socket.write(post(length))
  await answer
  expect([...text.matchAll(/(\w+);/g)].map(([, length]) => length)).toEqual(lengths.map(String))
})

test('the body of an answered request is read in turns, and the next request is answered', async () => {
  const { dial, chunks } = await serve({ early: true })
  const socket = await dial()
  let answers = 0
  const twice = new Promise<void>((resolve) =>
    socket.on('data', (chunk) => {
      answers += String(chunk).split('early;').length - 1
      if (answers === 2) resolve()
    }),
  )
  socket.write(Buffer.concat([post(BODY.length), post(5)]))
  await twice
  const read = chunks.filter((count) => count !== undefined)
  // The read with the end of the first body also has the body of the next request.
  expect(Math.max(...read)).toBeLessThanOrEqual(PER_TURN + 1)
  expect(read.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(BODY.length / READ_BYTES)
})
