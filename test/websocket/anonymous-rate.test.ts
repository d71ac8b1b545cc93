/** A client without an account may send few frames. */

import { expect, test } from 'vitest'
import { SOCKET_ANONYMOUS_MESSAGES_AT_ONCE_MAX } from '../../src/protocol/limits.ts'
import { SocketSessions } from '../../src/websocket/socket-sessions.ts'
import { settled, worldOf } from './socket-client.ts'

const TOO_MANY = [4002, 'too_many_messages']

function connected({ demo = false, full = false } = {}) {
  const answers: string[] = []
  const closes: [number, string][] = []
  const connection = {
    waitingBytes: 0,
    send: (message: string | { text: string }) => answers.push(typeof message === 'string' ? message : message.text),
    onDrained: () => {},
    close: (code: number, reason: string) => closes.push([code, reason]),
  }
  const receiver = new SocketSessions(worldOf({ demo }).ports).start(connection, { claim: () => !full })
  const send = (count: number, request: object = { op: 'ping' }): void => {
    for (let i = 0; i < count; i++) receiver.receive(JSON.stringify({ id: i, ...request }))
  }
  return { answers, closes, send }
}

const KEY = { op: 'authenticate', key: 'key-alice' }

test('a connection without an account is closed beyond its burst, and the frame is not answered', () => {
  const { answers, closes, send } = connected()
  send(SOCKET_ANONYMOUS_MESSAGES_AT_ONCE_MAX)
  expect(closes).toEqual([])
  const answered = answers.length
  expect(answered).toBe(SOCKET_ANONYMOUS_MESSAGES_AT_ONCE_MAX)
  // The time that has passed meanwhile allows some more.
  send(SOCKET_ANONYMOUS_MESSAGES_AT_ONCE_MAX)
  expect(closes[0]).toEqual(TOO_MANY)
  expect(answers.length).toBeLessThan(2 * answered)
})

test('an account has the limit of accounts, a rejected key has not', async () => {
  const alice = connected()
  alice.send(1, KEY)
  await settled()
  alice.send(2 * SOCKET_ANONYMOUS_MESSAGES_AT_ONCE_MAX)
  expect(alice.closes).toEqual([])
  const refused = connected({ full: true })
  refused.send(1, KEY)
  await settled()
  refused.send(2 * SOCKET_ANONYMOUS_MESSAGES_AT_ONCE_MAX)
  expect(refused.closes[0]).toEqual(TOO_MANY)
})

test('without keys every connection has an account', () => {
  const { closes, send } = connected({ demo: true })
  send(2 * SOCKET_ANONYMOUS_MESSAGES_AT_ONCE_MAX)
  expect(closes).toEqual([])
})
