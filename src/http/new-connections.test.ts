import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { countedTurns, dialed } from '../../test/http/dialed-server.ts'
import { NewConnections } from './new-connections.ts'

const PER_TURN = 4
const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

/** Serves requests, and notes the turn of the event loop in which each was read. */
async function serve() {
  const turns: number[] = []
  const turn = countedTurns()
  const fresh = new NewConnections(PER_TURN)
  const known = new Set<Socket>()
  const server = createServer(({ socket }, response) => {
    if (!known.has(socket)) {
      known.add(socket)
      turns.push(turn())
      fresh.sent(socket)
    }
    response.end('ok')
  })
  let opened = 0
  server.on('connection', (socket) => {
    fresh.opened(socket)
    opened++
  })
  const dial = await dialed(server)
  /** Connections that the server has accepted, too: it accepts one in a turn. */
  const dialAll = async (count: number): Promise<Socket[]> => {
    const before = opened
    const sockets = await Promise.all(Array.from({ length: count }, dial))
    while (opened < before + count) await new Promise((resolve) => setTimeout(resolve, 1))
    return sockets
  }
  return { dial, dialAll, turns }
}

const answered = (socket: Socket) => new Promise<void>((resolve) => socket.once('data', () => resolve()))
const most = (turns: readonly number[]) =>
  Math.max(...turns.map((turn) => turns.filter((other) => other === turn).length))

test('a turn reads the first requests of few connections, and all are answered', async () => {
  const { dialAll, turns } = await serve()
  const sockets = await dialAll(40)
  const all = Promise.all(sockets.map(answered))
  for (const socket of sockets) socket.write(REQUEST)
  await all
  expect(turns).toHaveLength(40)
  expect(most(turns)).toBe(PER_TURN)
})

test('a connection that opens while others wait is read behind them', async () => {
  const { dial, dialAll, turns } = await serve()
  const sockets = await dialAll(200)
  const all = Promise.all(sockets.map(answered))
  for (const socket of sockets) socket.write(REQUEST)
  await answered(sockets[0])
  const before = turns.length
  const late = await dial()
  late.write(REQUEST)
  await answered(late)
  // It would be among the next few if it were read at once.
  expect(turns.length - before).toBeGreaterThan(100)
  await all
})

test('an open connection is answered while new ones wait', async () => {
  const { dialAll, turns } = await serve()
  const [known] = await dialAll(1)
  known.write(REQUEST)
  await answered(known)
  const sockets = await dialAll(40)
  const all = Promise.all(sockets.map(answered))
  for (const socket of sockets) socket.write(REQUEST)
  known.write(REQUEST)
  await answered(known)
  expect(turns.length).toBeLessThan(30)
  await all
})

test('a connection that sends nothing does not keep others waiting, and may end', async () => {
  const { dialAll, turns } = await serve()
  const silent = await dialAll(20)
  const sockets = await dialAll(10)
  const all = Promise.all(sockets.map(answered))
  for (const socket of sockets) socket.write(REQUEST)
  for (const socket of silent.slice(10)) socket.destroy()
  await all
  const first = answered(silent[0])
  silent[0].write(REQUEST)
  await first
  expect(turns).toHaveLength(11)
})
