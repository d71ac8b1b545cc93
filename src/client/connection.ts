/**
 * A WebSocket that is opened again after it was lost, with growing pauses. It finds out whether the other side is
 * still there: after some silence it asks, and after more silence it gives the socket up. It knows nothing of what
 * the messages mean.
 */

import { Backoff } from './backoff.ts'
import type { Socket, SocketClass } from './socket.ts'

/** connecting: a socket is being opened. waiting: until the next attempt. closed: for good. */
export type ConnectionState = 'connecting' | 'open' | 'waiting' | 'closed'

export interface ConnectionListener {
  opened(): void
  /** An object that the exchange has sent. */
  received(message: Readonly<Record<string, unknown>>): void
  /** The connection ended after {@link opened}; `tooLong`: because a message of the client was too long. */
  lost(reason: string, tooLong: boolean): void
  /** Nothing has arrived for a while: send something that is answered. */
  quiet(): void
  changed(state: ConnectionState): void
  /** The URL is wrong, or the platform has no WebSocket: no attempt can succeed. */
  unusable(cause: Error): void
}

export interface ConnectionTimes {
  /** An attempt to open a socket may take this long. */
  readonly openMs: number
  /** Silence after which the exchange is asked, and after as much again given up. */
  readonly silenceMs: number
}

export const TIMES: ConnectionTimes = { openMs: 10_000, silenceMs: 10_000 }

/** A connection that lasted this long was a good one. */
const STEADY_MS = 5_000
const SHUTDOWN = 1001
const TOO_LONG = 1009
const NORMAL = 1000

export class Connection {
  state: ConnectionState = 'waiting'
  /** Why the last connection ended or could not be opened. */
  lastFailure: string | undefined
  private readonly url: string
  private readonly socketClass: () => Promise<SocketClass>
  private readonly listener: ConnectionListener
  private readonly times: ConnectionTimes
  private readonly backoff = new Backoff()
  private socket: Socket | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private attempt = 0
  private openedMs = 0
  private receivedMs = 0
  /** When the exchange was asked whether it is there, if it has been silent since. */
  private askedMs: number | undefined

  constructor(
    url: string,
    socketClass: () => Promise<SocketClass>,
    listener: ConnectionListener,
    times: ConnectionTimes = TIMES,
  ) {
    this.url = url
    this.socketClass = socketClass
    this.listener = listener
    this.times = times
  }

  async open(): Promise<void> {
    const attempt = ++this.attempt
    this.become('connecting')
    this.wake(this.times.openMs, () => this.end('the exchange did not answer'))
    let socket: Socket
    try {
      const OwnSocket = await this.socketClass()
      if (attempt !== this.attempt || this.state !== 'connecting') return
      socket = new OwnSocket(this.url)
    } catch (cause) {
      return this.listener.unusable(cause as Error)
    }
    this.socket = socket
    const isPresent = () => this.socket === socket
    socket.onopen = () => isPresent() && this.nowOpen()
    socket.onmessage = ({ data }) => isPresent() && this.take(data)
    socket.onerror = ({ message }) => {
      if (isPresent() && message !== undefined) this.lastFailure = message
    }
    socket.onclose = ({ code, reason }) =>
      isPresent() && this.end(closeText(code, reason), retryAfter(code, reason), code === TOO_LONG)
  }

  /** Returns false if there is no open connection. */
  send(text: string): boolean {
    if (this.state !== 'open') return false
    this.socket?.send(text)
    return true
  }

  /** Gives the present socket up and opens another after a pause. */
  drop(reason: string): void {
    if (this.state === 'open' || this.state === 'connecting') this.end(reason)
  }

  /** Ends it for good. */
  close(): void {
    if (this.state === 'closed') return
    this.release(NORMAL)
    this.become('closed')
  }

  private nowOpen(): void {
    this.openedMs = this.receivedMs = performance.now()
    this.askedMs = undefined
    this.become('open')
    this.listen()
    this.listener.opened()
  }

  private take(data: unknown): void {
    this.receivedMs = performance.now()
    const message = objectOf(data)
    if (message === undefined) this.end('the exchange sent something that is not a message')
    else this.listener.received(message)
  }

  /** Looks at the silence from time to time. */
  private listen(): void {
    const { silenceMs } = this.times
    this.wake(silenceMs / 2, () => {
      const nowMs = performance.now()
      if (nowMs - this.receivedMs < silenceMs) this.askedMs = undefined
      else if (this.askedMs === undefined) {
        this.askedMs = nowMs
        this.listener.quiet()
      } else if (nowMs - this.askedMs >= silenceMs) return this.end('the exchange is silent')
      this.listen()
    })
  }

  private end(reason: string, retryAfterMs = 0, tooLong = false): void {
    const wasOpen = this.state === 'open'
    if (wasOpen && performance.now() - this.openedMs >= STEADY_MS) this.backoff.reset()
    if (wasOpen || this.lastFailure === undefined) this.lastFailure = reason
    this.release()
    this.become('waiting')
    // Before the listener is told, because it may close the client.
    this.wake(this.backoff.next(retryAfterMs), () => void this.open())
    if (wasOpen) this.listener.lost(reason, tooLong)
  }

  /** The socket is not waited for: on a dead network its close takes long. */
  private release(code?: number): void {
    clearTimeout(this.timer)
    const { socket } = this
    this.socket = undefined
    socket?.close(code)
  }

  private wake(delayMs: number, call: () => void): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(call, delayMs)
  }

  private become(state: ConnectionState): void {
    this.state = state
    if (state === 'open') this.lastFailure = undefined
    this.listener.changed(state)
  }
}

function objectOf(data: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof data !== 'string') return undefined
  try {
    const message: unknown = JSON.parse(data)
    return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const closeText = (code: number, reason: string): string =>
  reason === '' ? `closed with ${code}` : `${code} ${reason}`

/** An exchange that stops says when it expects to be back. */
function retryAfter(code: number, reason: string): number {
  if (code !== SHUTDOWN) return 0
  const { retryAfterMs } = objectOf(reason) ?? {}
  return typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? Math.min(retryAfterMs, 60_000) : 0
}
