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

/** Sockets whose exchange refuses the own orders without a key if it has keys. */
const opened: { answers: (hasKeys: boolean) => void; lose: () => void }[] = []
class OpenedSocket {
  onopen = () => {}
  onmessage = (_: { data: string }) => {}
  onclose = (_: { code: number; reason: string }) => {}
  readonly asked: number[] = []
  constructor() {
    setTimeout(() => this.onopen())
    const tell = (message: object) => this.onmessage({ data: JSON.stringify(message) })
    opened.push({
      lose: () => this.onclose({ code: 1006, reason: '' }),
      answers: (hasKeys) => {
        for (const id of this.asked.splice(0)) {
          if (hasKeys) tell({ type: 'error', id, error: { status: 401, code: 'unauthorized' } })
          else tell({ type: 'result', id, status: 200, result: {} })
        }
        if (!hasKeys) tell({ type: 'snapshot', channel: 'orders', complete: true, orders: [] })
      },
    })
  }
  send(text: string): void {
    const { id, op } = JSON.parse(text)
    if (op === 'subscribe') this.asked.push(id)
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

test('an exchange that was started again may have keys, or none any more', async () => {
  stored.clear()
  vi.stubGlobal('WebSocket', OpenedSocket)
  startSession(CONFIG)
  const becomes = async (hasKeys: boolean, expected: string) => {
    const before = opened.length
    opened.at(-1)?.lose()
    await vi.waitFor(() => expect(opened.length).toBeGreaterThan(before === 0 ? 0 : before), 5_000)
    await vi.waitFor(() => {
      opened.at(-1)?.answers(hasKeys)
      expect(access.value).toBe(expected)
    })
  }
  await vi.waitFor(() => {
    opened.at(-1)?.answers(true)
    expect(access.value).toBe('no-key')
  })
  await becomes(false, 'open')
  await becomes(true, 'no-key')
})
