/**
 * A hostile client, for tests and for long runs beside honest clients. An attacker ignores every answer and
 * failure: what it does to others is measured by the others. It opens a connection again after the exchange has
 * closed it.
 */

import { connect, type Socket } from 'node:net'

export interface Attacker {
  readonly name: string
  /** Starts the attack on the exchange at `url`. Resolves when it is under way. */
  start(url: string): Promise<Attack>
}

export interface Attack {
  /** Connections that the exchange has closed so far. */
  readonly closed: () => number
  stop(): Promise<void>
}

/** For an attacker with an account. */
export interface KeyedOptions {
  /** Requests that it has open at a time. */
  readonly lanes?: number
  /** Its API key, if the exchange needs one. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A pause before a connection is opened again, so that a refusing exchange does not make the attacker spin. */
const RECONNECT_MS = 50

/** Holds `count` connections open and calls `onConnected` with each; opens a new one for each that ends. */
export function connections(url: string, count: number, onConnected: (socket: Socket) => void): Attack {
  const { hostname, port } = new URL(url)
  const open = new Set<Socket>()
  let stopped = false
  let closed = 0
  const dial = (): void => {
    if (stopped) return
    const socket = connect(Number(port), hostname)
    open.add(socket)
    socket.on('error', () => {})
    socket.on('connect', () => onConnected(socket))
    socket.on('close', () => {
      open.delete(socket)
      if (!stopped) closed++
      setTimeout(dial, RECONNECT_MS)
    })
  }
  for (let i = 0; i < count; i++) dial()
  return {
    closed: () => closed,
    stop: async () => {
      stopped = true
      for (const socket of open) socket.destroy()
    },
  }
}

/** Runs `send` again and again on so many lanes, each after the end of the last. Failures are ignored. */
export function lanes(count: number, send: () => Promise<unknown>): Attack {
  let stopped = false
  const lane = async (): Promise<void> => {
    while (!stopped) await send().catch(() => new Promise((resolve) => setTimeout(resolve, RECONNECT_MS)))
  }
  const ended = Promise.all(Array.from({ length: count }, lane))
  return {
    closed: () => 0,
    stop: async () => {
      stopped = true
      await ended
    },
  }
}

/** A request without a body, `times` times in a row. */
export const pipelined = (path: string, times: number): string =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(times)
