/**
 * One client of the socket, over any transport of whole messages. It answers each message exactly once, and never
 * throws. It has no access to a book: orders go through order entry, and data come from the market feed.
 */

import { failureRejection } from '../../http/failure-rejection.ts'
import type { SharedMessage, SocketConnection, SocketReceiver } from '../../http/socket/socket-ports.ts'
import {
  SOCKET_BURST_BYTES_MAX,
  SOCKET_MESSAGES_PER_SECOND_MAX,
  SOCKET_REQUESTS_IN_FLIGHT_MAX,
  SOCKET_SLOW_MS_MAX,
  SOCKET_UNUSED_MS_MAX,
  SOCKET_WAITING_BYTES_MAX,
} from '../../protocol/limits.ts'
import { Rejection } from '../../protocol/rejection.ts'
import { ConnectionRate } from '../connection-rate.ts'
import { ONE_MACHINE } from '../socket-bounds.ts'
import { Subscriptions } from '../subscriptions/subscriptions.ts'
import { errorText, placedText, resultText } from './answer-text.ts'
import { CLOSES, type CloseReason } from './close-codes.ts'
import { ConnectionOrders } from './connection-orders.ts'
import { GatheredPlaces } from './gathered-places.ts'
import { handleRequest } from './handle-request.ts'
import type { OperationCall, OperationOutcome, SessionParts } from './operation-call.ts'
import { readRequest } from './read-request.ts'
import { type ClaimAccount, SessionAccount } from './session-account.ts'
import type { SocketPorts } from './session-ports.ts'

/** A request, and when it arrived, by `performance.now()`. */
type ArrivedRequest = Pick<OperationCall, 'id' | 'op' | 'arrivedMs'>

export interface SessionOptions {
  /** Counts the connection for an account. */
  readonly claim: ClaimAccount
  readonly messagesPerSecond?: number
}

export class SocketSession implements SocketReceiver {
  private readonly connection: SocketConnection
  private readonly ports: SocketPorts
  private readonly account: SessionAccount
  private readonly subscriptions: Subscriptions
  private readonly parts: SessionParts
  private readonly places: GatheredPlaces
  private readonly rate: ConnectionRate
  private readonly unused: NodeJS.Timeout
  /** Since when more waits for the client than may wait for long. */
  private slowSinceMs: number | undefined
  private inFlight = 0
  private idle: (() => void)[] = []
  private stopping = false
  private closed = false

  constructor(ports: SocketPorts, connection: SocketConnection, options: SessionOptions) {
    this.connection = connection
    this.rate = new ConnectionRate(options.messagesPerSecond ?? SOCKET_MESSAGES_PER_SECOND_MAX, performance.now())
    this.ports = ports
    this.account = new SessionAccount(ports, options.claim)
    this.subscriptions = new Subscriptions(ports.marketFeed, {
      get waitingBytes() {
        return connection.waitingBytes
      },
      send: (message) => this.send(message),
      onDrained: (call) => connection.onDrained(call),
    })
    const { account, subscriptions } = this
    this.parts = { ports, bounds: ONE_MACHINE, account, orders: new ConnectionOrders(ports), subscriptions }
    this.places = new GatheredPlaces(this.parts, {
      placed: (id, order) => this.send(placedText(id, order)),
      rejected: (id, rejection, arrivedMs) => this.reject({ id, op: 'place', arrivedMs }, rejection),
      failed: (id, failure, arrivedMs) => this.fail({ id, op: 'place', arrivedMs }, failure),
      settled: (requests, placed, arrivedMs) => {
        if (placed > 0) this.answered({ op: 'place', arrivedMs }, placed)
        this.settled(requests)
      },
    })
    this.unused = setInterval(() => this.closeUnused(), SOCKET_UNUSED_MS_MAX).unref()
  }

  receive(text: string): void {
    if (this.closed) return
    const arrivedMs = performance.now()
    if (!this.rate.admit(arrivedMs)) {
      this.close('too_many_messages')
      return
    }
    const request = readRequest(text)
    if ('rejection' in request) this.sendError(request.id, request.op, request.rejection)
    else this.take({ id: request.id, op: request.op, fields: request.fields, session: this.parts, arrivedMs })
  }

  async stop(): Promise<void> {
    this.stopping = true
    if (this.inFlight > 0) await new Promise<void>((resolve) => this.idle.push(resolve))
  }

  async ended(): Promise<void> {
    this.closed = true
    clearInterval(this.unused)
    this.subscriptions.stopAll()
    // An order that is being placed is durable, or known to be rejected, when its request is answered.
    await this.stop()
    try {
      await this.parts.orders.cancelRemembered()
    } catch (failure) {
      this.ports.failed?.(failure)
    }
  }

  /** Closes the connection if the operator has removed its key. */
  checkKey(): void {
    if (this.account.isRevoked) this.close('key_revoked')
  }

  private take(call: OperationCall): void {
    if (this.stopping) {
      this.reject(call, new Rejection('stopping', 'The exchange is stopping.'))
      return
    }
    if (this.inFlight >= SOCKET_REQUESTS_IN_FLIGHT_MAX) {
      const detail = `A connection may have ${SOCKET_REQUESTS_IN_FLIGHT_MAX} requests without an answer.`
      this.reject(call, new Rejection('too_many_in_flight', detail))
      return
    }
    try {
      const gathered = this.places.take(call)
      if (gathered === true) {
        this.inFlight++
        return
      }
      this.places.submit()
      if (gathered !== false) {
        this.reject(call, gathered)
        return
      }
      const outcome = handleRequest(call)
      if (outcome instanceof Promise) this.answerLater(call, outcome)
      else this.write(call, outcome)
    } catch (failure) {
      this.fail(call, failure)
    }
  }

  private answerLater(call: ArrivedRequest, outcome: Promise<OperationOutcome>): void {
    this.inFlight++
    outcome
      .then(
        (result) => this.write(call, result),
        (failure) => this.fail(call, failure),
      )
      .finally(() => this.settled(1))
  }

  private settled(requests: number): void {
    this.inFlight -= requests
    if (this.inFlight > 0) return
    const { idle } = this
    this.idle = []
    for (const resolve of idle) resolve()
  }

  private write(call: ArrivedRequest, outcome: OperationOutcome): void {
    if (outcome instanceof Rejection) {
      this.reject(call, outcome)
      if (this.account.isGuessing) this.close('wrong_key')
      return
    }
    this.send(resultText(call.id, call.op, outcome))
    this.answered(call)
    if (!this.closed) void outcome.after?.()
  }

  private reject(call: ArrivedRequest, rejection: Parameters<typeof errorText>[2]): void {
    this.sendError(call.id, call.op, rejection)
    this.answered(call)
  }

  private sendError(...[id, op, rejection]: Parameters<typeof errorText>): void {
    this.send(errorText(id, op, rejection))
    this.ports.onProblem?.(rejection.code)
  }

  /** `answers`: to as many requests that arrived together. */
  private answered({ op, arrivedMs }: Pick<ArrivedRequest, 'op' | 'arrivedMs'>, answers = 1): void {
    this.ports.onAnswer?.(op, (performance.now() - arrivedMs) / 1_000, answers)
  }

  private fail(call: ArrivedRequest, failure: unknown): void {
    this.ports.failed?.(failure)
    this.reject(call, failureRejection(failure))
  }

  private send(message: string | SharedMessage): void {
    if (this.closed) return
    if (this.isTooSlow()) this.close('slow_consumer')
    else this.connection.send(message)
  }

  /** What waited before a message counts: the client has had no time to read the message, which may be long. */
  private isTooSlow(): boolean {
    const { waitingBytes } = this.connection
    if (waitingBytes <= SOCKET_WAITING_BYTES_MAX) {
      this.slowSinceMs = undefined
      return false
    }
    const nowMs = performance.now()
    this.slowSinceMs ??= nowMs
    return waitingBytes > SOCKET_BURST_BYTES_MAX || nowMs - this.slowSinceMs > SOCKET_SLOW_MS_MAX
  }

  private closeUnused(): void {
    const { account, subscriptions } = this
    if (account.caller === undefined && subscriptions.size === 0) this.close('not_authenticated_in_time')
  }

  private close(reason: CloseReason): void {
    if (this.closed) return
    this.closed = true
    this.subscriptions.stopAll()
    this.connection.close(CLOSES[reason], reason)
  }
}
