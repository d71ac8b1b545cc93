/**
 * Requests and their answers over connections that may be lost. A request that can be sent twice without harm is sent
 * again over the next connection, in the same sequence, so its answer is known in the end. Any other fails with
 * ConnectionLost if its connection ends first.
 */

import { ConnectionLost, ExchangeProblem, MessageTooLong, TooMuchWaiting } from './errors.ts'

/** An answer of the exchange that is not an error. */
export interface Result {
  /** As the status over HTTP: 202 if a command is durable, 200 if the outcome is there. */
  readonly status: number
  readonly result: Readonly<Record<string, unknown>>
  /** Whether the order was sent before. */
  readonly replayed: boolean
}

interface Request {
  readonly op: string
  readonly fields: object
  /** How long after its first lost connection it may be sent again, in milliseconds; 0: never. */
  readonly resendMs: number
  /** When it first had no connection. */
  withoutConnectionSinceMs?: number
  readonly resolve: (result: Result) => void
  readonly reject: (cause: Error) => void
}

/** The exchange allows 2,000 on a connection. A thousand subscriptions may be under way beside these. */
const IN_FLIGHT_MAX = 500
const WAITING_MAX = 100_000
/** A timer of more milliseconds would end at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

export class Requests {
  private readonly send: (text: string) => void
  private ready = false
  private nextId = 1
  /** By id, in the sequence in which they were sent. */
  private readonly inFlight = new Map<number, Request>()
  private waiting: Request[] = []
  private expiry: ReturnType<typeof setTimeout> | undefined

  constructor(send: (text: string) => void) {
    this.send = send
  }

  /**
   * Sends a request as soon as there is a connection, and again over the next one for `resendMs` after the first was
   * lost: 0, infinity, or the one time of the client. Rejects with {@link ExchangeProblem} and the other errors.
   */
  call(op: string, fields: object, resendMs: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.waiting.length >= WAITING_MAX) {
        reject(new TooMuchWaiting(`${WAITING_MAX} requests wait to be sent`))
        return
      }
      const request: Request = { op, fields, resendMs, resolve, reject }
      this.waiting.push(request)
      if (this.ready) this.sendWaiting()
      else {
        request.withoutConnectionSinceMs = performance.now()
        this.expireAfter(resendMs)
      }
    })
  }

  /** Sends a request of the connection itself, before those that wait. It is never sent again. */
  callNow(op: string, fields: object): Promise<Result> {
    return new Promise((resolve, reject) => this.put({ op, fields, resendMs: 0, resolve, reject }))
  }

  /** The connection is set up: the others may be sent. */
  start(): void {
    this.ready = true
    this.sendWaiting()
  }

  /** Takes a message of type `result` or `error`. */
  answered(message: Readonly<Record<string, unknown>>): void {
    const { id } = message
    const request = typeof id === 'number' ? this.inFlight.get(id) : undefined
    if (request === undefined) return
    this.inFlight.delete(id as number)
    if (message.type === 'error') {
      const { error, retryAfterMs } = message as { error?: Record<string, unknown>; retryAfterMs?: number }
      request.reject(new ExchangeProblem(error ?? {}, retryAfterMs))
    } else {
      const { status, result, replayed } = message as { status?: number; result?: Result['result']; replayed?: boolean }
      request.resolve({ status: status ?? 0, result: result ?? {}, replayed: replayed === true })
    }
    this.sendWaiting()
  }

  /** The connection has ended; `tooLong`: because of the longest request, which must not be sent again. */
  lost(reason: string, tooLong = false): void {
    this.ready = false
    if (tooLong) this.failLongest()
    const requests = [...this.inFlight.values()]
    this.inFlight.clear()
    this.waiting = [...requests.filter(({ resendMs }) => resendMs > 0), ...this.waiting]
    for (const { resendMs, reject } of requests) if (resendMs === 0) reject(new ConnectionLost(reason))
    this.expire()
  }

  /** No connection will come. */
  fail(cause: Error): void {
    const requests = [...this.inFlight.values(), ...this.waiting]
    this.inFlight.clear()
    this.waiting = []
    clearTimeout(this.expiry)
    for (const { reject } of requests) reject(cause)
  }

  /** Rejects what has had no connection for too long, and looks again when the next one will have. */
  private expire(): void {
    const nowMs = performance.now()
    const late: Request[] = []
    let nextMs = Number.POSITIVE_INFINITY
    this.waiting = this.waiting.filter((request) => {
      // One that may not be sent again has not been sent yet, so it waits for its first connection.
      if (request.resendMs === 0) return true
      request.withoutConnectionSinceMs ??= nowMs
      const leftMs = request.withoutConnectionSinceMs + request.resendMs - nowMs
      if (leftMs > 0) nextMs = Math.min(nextMs, leftMs)
      else late.push(request)
      return leftMs > 0
    })
    clearTimeout(this.expiry)
    this.expiry = undefined
    this.expireAfter(nextMs)
    for (const { resendMs, reject } of late) reject(new ConnectionLost(`no connection for ${resendMs} ms`))
  }

  /** A client has one such time, so a look that is planned already comes first: its request began to wait earlier. */
  private expireAfter(ms: number): void {
    if (ms === 0 || ms === Number.POSITIVE_INFINITY || this.expiry !== undefined) return
    this.expiry = setTimeout(
      () => {
        this.expiry = undefined
        if (!this.ready) this.expire()
      },
      Math.min(ms, TIMER_MS_MAX),
    )
  }

  private failLongest(): void {
    const lengthOf = (id: number) => textOf(id, this.inFlight.get(id) as Request).length
    const [id] = [...this.inFlight.keys()].sort((a, b) => lengthOf(b) - lengthOf(a))
    if (id === undefined) return
    const text = `the exchange accepts no message of ${lengthOf(id)} characters`
    this.inFlight.get(id)?.reject(new MessageTooLong(text))
    this.inFlight.delete(id)
  }

  private sendWaiting(): void {
    if (!this.ready) return
    const count = Math.min(IN_FLIGHT_MAX - this.inFlight.size, this.waiting.length)
    if (count <= 0) return
    for (const request of this.waiting.splice(0, count)) this.put(request)
  }

  private put(request: Request): void {
    const id = this.nextId++
    this.inFlight.set(id, request)
    this.send(textOf(id, request))
  }
}

const textOf = (id: number, { op, fields }: Request): string => JSON.stringify({ id, op, ...fields })
