/** JSON over one keep-alive connection to a running exchange. */

import { Agent, request } from 'node:http'

export interface Answered {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers without declaring their type
  readonly body: any
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface Api {
  /** Rejects if the connection breaks before the answer is complete. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>
  get(path: string): Promise<Answered>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answered>
  close(): void
}

export function apiOf(url: string): Api {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const send: Api['send'] = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
      const type =
        text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }
      const call = request(`${url}${path}`, { method, agent, headers: { ...type, ...headers } }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString('utf8')
          const json = /json/.test(response.headers['content-type'] ?? '')
          resolve({
            status: response.statusCode ?? 0,
            body: json ? JSON.parse(answer) : answer,
            headers: response.headers,
          })
        })
      })
      call.on('error', reject)
      call.end(text)
    })
  return {
    send,
    get: (path) => send('GET', path),
    post: (path, body, headers) => send('POST', path, body, headers),
    close: () => agent.destroy(),
  }
}
