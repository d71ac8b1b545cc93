import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { notices } from '../page/notices.ts'
import { access, client, startSession } from './session.ts'

const KEY = 'bidding-exchange.key'
const CONFIG = { api: 'http://exchange', socket: 'ws://exchange/ws' }

/** A socket whose exchange answers each request with this problem. */
const refusing = (problem: object) =>
  class {
    onopen = () => {}
    onmessage = (_: { data: string }) => {}
    constructor() {
      setTimeout(() => this.onopen())
    }
    send(text: string): void {
      const { id } = JSON.parse(text)
      setTimeout(() => this.onmessage({ data: JSON.stringify({ type: 'error', id, ...problem }) }))
    }
    close(): void {}
  }

class NoSocket {
  constructor() {
    throw new Error('there is no WebSocket here')
  }
}

let stored = new Map<string, string>()

beforeEach(() => {
  stored = new Map([[KEY, 'key-of-alice']])
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, text: string) => stored.set(name, text),
    removeItem: (name: string) => stored.delete(name),
  })
})
afterEach(() => {
  client.peek()?.close()
  vi.unstubAllGlobals()
})

test('without a WebSocket the key stays, and nothing is said about it', async () => {
  vi.stubGlobal('WebSocket', NoSocket)
  startSession(CONFIG)
  await vi.waitFor(() => expect(client.value?.state).toBe('closed'))
  await new Promise((done) => setTimeout(done, 20))
  expect(stored.get(KEY)).toBe('key-of-alice')
  expect([notices.value, client.value?.lastFailure]).toEqual([[], 'there is no WebSocket here'])
})

test('a key that the exchange does not know is forgotten, and that is said once', async () => {
  vi.stubGlobal('WebSocket', refusing({ error: { status: 401, code: 'unauthorized', title: 'No such key' } }))
  startSession(CONFIG)
  await vi.waitFor(() => expect(access.value).toBe('no-key'))
  expect(stored.get(KEY)).toBeUndefined()
  expect(notices.value.map(({ text }) => text)).toEqual(['Signed out: the exchange does not know the key any more.'])
})
