import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { countedTurns, dialed, until } from '../../test/http/dialed-server.ts'
import { inTurns, type RequestListener, type TurnOptions } from './request-turns.ts'
import { UnreadAnswers, type UnreadOptions } from './unread-answers.ts'

let server: Server

interface Limits extends Partial<Omit<TurnOptions, 'unread'>> {
  readonly unread?: Partial<UnreadOptions>
}

/** Serves `listener` behind the turns. Returns a function that opens a connection to it. */
async function serve(listener: RequestListener, { unread = {}, ...limits }: Limits = {}) {
  const floods: number[] = []
  const answers = new UnreadAnswers({ bytesMax: 1e9, msMax: 60_000, ...unread })
  const waits = { waitingMax: 100, waitingBytesMax: 1e6, waitingAllMax: 1e6, waitingMaxUnderLoad: 100 }
  const starts = { startedPerTurn: 32, pipelinedPerTurn: 8 }
  const options = { ...waits, ...starts, ...limits, unread: answers, onFlood: () => floods.push(1) }
  server = createServer(inTurns(listener, options))
  return { dial: await dialed(server), floods }
}

const requests = (...paths: string[]) => paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join('')
const paths = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `/${prefix}${i}`)

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.on('close', () => resolve()))
/** More than the kernel keeps for a connection that nobody reads. */
const LARGE = Buffer.alloc(16 * 1024 * 1024)

test('answers one request of a connection at a time, in order', async () => {
  let open = 0
  let openMax = 0
  const { dial } = await serve(async (request, response) => {
    openMax = Math.max(openMax, ++open)
    await new Promise((resolve) => setTimeout(resolve, 1))
    open--
    response.end(`[${request.url}]`)
  })
  const socket = await dial()
  socket.write(requests(...paths('r', 20)))
  const text = await until(socket, '[/r19]')
  expect(text.match(/\[.*?\]/g)).toEqual(paths('r', 20).map((path) => `[${path}]`))
  expect(openMax).toBe(1)
})

test('a flood on one connection does not delay the request of another', async () => {
  const order: string[] = []
  const { dial } = await serve(async (request, response) => {
    order.push(request.url as string)
    response.end(request.url)
  })
  const [flood, honest] = [await dial(), await dial()]
  const ended = until(flood, '/f99')
  // Both arrive in the same turn of the event loop, the flood first.
  flood.write(requests(...paths('f', 100)))
  honest.write(requests('/honest'))
  await ended
  expect(order).toHaveLength(101)
  expect(order.indexOf('/honest')).toBeLessThan(50)
})

test('a turn starts few pipelined requests, and few requests in all', async () => {
  const starts: [turn: number, path: string][] = []
  const turn = countedTurns()
  const { dial } = await serve(
    async (request, response) => {
      starts.push([turn(), request.url as string])
      response.end(request.url)
    },
    { startedPerTurn: 3, pipelinedPerTurn: 2 },
  )
  const dialed: Socket[] = []
  for (let i = 0; i < 12; i++) dialed.push(await dial())
  await connectionCount(12)
  const ended = Promise.all(dialed.map((socket, i) => until(socket, `/${i}-9`)))
  for (const [i, socket] of dialed.entries()) socket.write(requests(...paths(`${i}-`, 10)))
  await ended
  expect(starts).toHaveLength(120)
  const first = starts.filter(([, path]) => path.endsWith('-0'))
  const pipelined = starts.filter(([, path]) => !path.endsWith('-0'))
  expect(mostOfATurn(first)).toBeLessThanOrEqual(3)
  expect(mostOfATurn(pipelined)).toBe(2)
})

/** The largest number of starts in one turn. */
const mostOfATurn = (starts: readonly [number, string][]): number =>
  Math.max(...starts.map(([turn]) => starts.filter(([other]) => other === turn).length))

test('an unread answer stops the requests behind it, and ends with its connection', async () => {
  let answered = 0
  const { dial, floods } = await serve(
    async (_, response) => {
      answered++
      response.end(LARGE)
    },
    { unread: { msMax: 200 } },
  )
  const socket = await dial()
  socket.pause()
  socket.write(requests(...paths('r', 50)))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(answered).toBe(1)
  expect(await connectionCount(1)).toBe(1)
  expect(await connectionCount(0)).toBe(0)
  expect(answered).toBe(1)
  expect(floods).toEqual([])
})

test('closes the connection that is unread for the longest time if all unread answers exceed their limit', async () => {
  const reasons: string[] = []
  const { dial } = await serve(async (_, response) => response.end(LARGE), {
    unread: { bytesMax: 1.5 * LARGE.length, onClosed: (reason) => reasons.push(reason) },
  })
  for (let i = 0; i < 3; i++) {
    const socket = await dial()
    socket.pause()
    socket.write(requests('/'))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(await connectionCount(1)).toBe(1)
  expect(reasons).toEqual(['unread_too_much', 'unread_too_much'])
})

test('closes a connection with more waiting requests than the limit, and answers none of them', async () => {
  let answered = 0
  const { dial, floods } = await serve(
    async (_, response) => {
      answered++
      await new Promise((resolve) => setTimeout(resolve, 20))
      response.end()
    },
    { waitingMax: 4 },
  )
  const kept = await dial()
  kept.write(requests(...paths('r', 5)))
  const cut = await dial()
  const end = closed(cut.resume())
  cut.write(requests(...paths('r', 6)))
  await end
  expect(floods).toEqual([1])
  expect(Error.stackTraceLimit).toBeGreaterThan(0)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(answered).toBe(6)
})

test('the errors of requests whose connection ends have no stack traces, which cost more than the requests', async () => {
  const errors: Error[] = []
  const { dial } = await serve(async (request) => void request.on('error', (error) => errors.push(error)))
  const socket = await dial()
  socket.write(requests(...paths('r', 5)))
  await new Promise((resolve) => setTimeout(resolve, 100))
  socket.destroy()
  expect(await connectionCount(0)).toBe(0)
  expect(errors.map(({ stack }) => stack)).toEqual(['Error: aborted'])
  expect(Error.stackTraceLimit).toBeGreaterThan(0)
})

test('closes a connection whose waiting requests have too many bytes', async () => {
  const { dial, floods } = await serve(async (_, response) => void setTimeout(() => response.end(), 50), {
    waitingBytesMax: 10_000,
  })
  const socket = await dial()
  const end = closed(socket.resume())
  const large = `GET / HTTP/1.1\r\nHost: x\r\nX-Filler: ${'x'.repeat(4_000)}\r\n\r\n`
  // In separate packets, because the bytes count from the first that waits.
  for (let i = 0; i < 6; i++) {
    socket.write(large)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await end
  expect(floods).toEqual([1])
})

test('while many requests wait on all connections, each may have only a few', async () => {
  const { dial, floods } = await serve(async (_, response) => void setTimeout(() => response.end('ok'), 100), {
    waitingAllMax: 30,
    waitingMaxUnderLoad: 2,
  })
  const [first, second, third] = [await dial(), await dial(), await dial()]
  first.write(requests(...paths('a', 31)))
  await new Promise((resolve) => setTimeout(resolve, 20))
  const end = closed(second.resume())
  second.write(requests(...paths('b', 4)))
  third.write(requests(...paths('c', 2)))
  await until(third, 'okHTTP')
  await end
  expect(floods).toEqual([1])
  expect(first.destroyed).toBe(false)
})

test('processes nothing behind an answer that closes the connection', async () => {
  let answered = 0
  const { dial } = await serve(async (_, response) => {
    answered++
    response.setHeader('Connection', 'close')
    response.end()
  })
  const socket = await dial()
  const end = closed(socket.resume())
  socket.write(requests(...paths('r', 5)))
  await end
  expect(answered).toBe(1)
})

/** Waits until the server has so many connections; returns the number that it has after 5 seconds at the latest. */
async function connectionCount(expected: number): Promise<number> {
  for (let i = 0; ; i++) {
    const count = await new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n)))
    if (count === expected || i === 250) return count
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
