/** Answers a handshake that is refused: a whole HTTP response on the bare socket, which is then closed. */

import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

export async function refuseHandshake(socket: Duplex, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer())
  const headers = new Headers(response.headers)
  headers.set('Connection', 'close')
  headers.set('Content-Length', String(body.length))
  let head = `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}\r\n`
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`
  socket.end(Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), body]))
  // A client that goes on sending must not keep the connection.
  socket.once('finish', () => socket.destroy())
}

/** The request as dialects see it. Without a usable Host header its URL has the name localhost. */
export function requestOf({ url = '/', headers }: IncomingMessage): Request {
  const list = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? '']).map((one): [string, string] => [name, one]),
  )
  const base = URL.canParse(url, `http://${headers.host}`) ? `http://${headers.host}` : 'http://localhost'
  return new Request(URL.canParse(url, base) ? new URL(url, base) : base, { headers: list })
}
