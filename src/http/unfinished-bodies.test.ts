import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterEach, expect, test } from 'vitest'
import { Rejection } from '../protocol/rejection.ts'
import { readBytes, readJsonBody } from './request-body.ts'
import { countedRequest } from './unfinished-bodies.ts'

let server: Server | undefined
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  server?.close()
  server?.closeAllConnections()
})

const LIMITS = { bytesMax: 10_000, smallMax: 1_000, keptMax: 8_000 }

/** Serves the code of a rejection, or `ok`. */
async function serve() {
  let givenUp = 0
  const read = async (request: Request): Promise<Response> => {
    const body = request.url.endsWith('/bytes') ? await readBytes(request, 8_000) : await readJsonBody(request, 8_000)
    return new Response(body instanceof Rejection ? body.code : 'ok')
  }
  const IncomingMessage = countedRequest({ ...LIMITS, onGivenUp: () => givenUp++ })
  server = createServer({ IncomingMessage }, getRequestListener(read))
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const dial = async (sent: string) => {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    const answer = new Promise<string>((resolve) => socket.on('error', () => {}).on('data', (d) => resolve(String(d))))
    await new Promise<void>((resolve) => socket.write(sent, () => resolve()))
    // The server has received what was sent before the next connection sends.
    await new Promise((resolve) => setTimeout(resolve, 30))
    return { socket, answer }
  }
  return { dial, givenUp: () => givenUp }
}

const sized = (path: string, announced: number, sent: number) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${announced}\r\n\r\n${' '.repeat(sent)}`
const chunked = (path: string, sent: number) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${sent.toString(16)}\r\n${' '.repeat(sent)}\r\n`

test.each([
  ['of a known length', sized('/', 7_000, 6_000), sized('/', 7_000, 6_000)],
  ['in chunks', chunked('/', 6_000), chunked('/', 6_000)],
  ['read as bytes', sized('/bytes', 7_000, 6_000), chunked('/bytes', 6_000)],
])('the body that began first is given up with overloaded: %s', async (_, first, second) => {
  const { dial, givenUp } = await serve()
  const { answer } = await dial(first)
  expect(givenUp()).toBe(0)
  await dial(second)
  expect(givenUp()).toBe(1)
  expect(await answer).toContain('overloaded')
})

test('counts neither small bodies nor those that have ended', async () => {
  const { dial, givenUp } = await serve()
  for (let i = 0; i < 20; i++) await dial(sized('/', 7_000, 1_000))
  for (let i = 0; i < 5; i++) expect(await (await dial(sized('/', 6_000, 6_000))).answer).toContain('malformed_json')
  for (let i = 0; i < 5; i++) {
    const { socket } = await dial(sized('/', 7_000, 6_000))
    socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  expect(givenUp()).toBe(0)
})
