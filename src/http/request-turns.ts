/**
 * Gives every connection of a Node server an equal share. One request of a connection is answered at a time; its
 * pipelined requests wait in order, and the next one begins in a later turn of the event loop. So a connection holds
 * one answer at most, and a flood on one connection does not delay the others. A turn starts only so many requests, and
 * fewer pipelined ones: an order waits for few others. A connection with too many waiting requests is closed: a client
 * that pipelines sends unanswered requests again (RFC 9112, 9.3.2). If the requests that wait on all connections are
 * too many, a connection may have only a few.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { TurnQueue } from './turn-queue.ts'
import type { UnreadAnswers } from './unread-answers.ts'

/** Resolves when the answer is written to the socket, read by the client or not. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>

interface Connection {
  readonly socket: Socket
  readonly waiting: [IncomingMessage, ServerResponse][]
  /** Bytes that the socket had received when the first of `waiting` came. */
  bytesBefore: number
  /** A request waits for its turn, is being answered, or its answer is not yet read. */
  busy: boolean
  readonly written: () => void
}

export interface TurnOptions {
  /** Requests of one connection that may wait behind the one that is answered. */
  readonly waitingMax: number
  /** Bytes that one connection may send behind the request that is answered; bodies count if they have arrived. */
  readonly waitingBytesMax: number
  /** Requests that may wait on all connections. Above it, a connection may have `waitingMaxUnderLoad`. */
  readonly waitingAllMax: number
  readonly waitingMaxUnderLoad: number
  /** Requests that one turn of the event loop starts. */
  readonly startedPerTurn: number
  /** Requests that one turn starts of those that waited for another one of their connection. */
  readonly pipelinedPerTurn: number
  readonly unread: UnreadAnswers
  /** Called when the first request of a connection has arrived. */
  readonly onFirst?: (socket: Socket) => void
  /** Called when a connection had too many waiting requests and was closed. */
  readonly onFlood?: () => void
}

/** `listener` behind the turns, for `createServer`. */
export function inTurns(
  listener: RequestListener,
  { unread, onFirst, onFlood, ...limits }: TurnOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const connections = new WeakMap<Socket, Connection>()
  const starting = new TurnQueue(limits.startedPerTurn)
  const pipelined = new TurnQueue(limits.pipelinedPerTurn)
  let waitingAll = 0

  const connectionOf = (socket: Socket): Connection => {
    const found = connections.get(socket)
    if (found !== undefined) return found
    const written = () => unread.note(socket)
    const connection: Connection = { socket, waiting: [], bytesBefore: 0, busy: false, written }
    connections.set(socket, connection)
    onFirst?.(socket)
    endCheaply(socket)
    return connection
  }

  const start = (connection: Connection, request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = connection
    // After an answer with Connection: close, the requests behind it must not be processed.
    if (socket.destroyed || socket.writableEnded) {
      end(connection)
      return
    }
    response.on('close', () => answered(connection))
    void listener(request, response).then(connection.written)
  }

  const answered = (connection: Connection): void => {
    unread.forget(connection.socket)
    if (connection.waiting.length > 0) pipelined.addLater(() => next(connection))
    else connection.busy = false
  }

  const next = (connection: Connection): void => {
    const waited = connection.waiting.shift()
    if (waited === undefined) {
      end(connection)
      return
    }
    waitingAll--
    start(connection, ...waited)
  }

  const end = (connection: Connection): void => {
    forgetWaiting(connection)
    connection.busy = false
  }

  const forgetWaiting = ({ waiting }: Connection): void => {
    waitingAll -= waiting.length
    waiting.length = 0
  }

  const isFlood = ({ waiting, socket, bytesBefore }: Connection): boolean =>
    waiting.length > (waitingAll > limits.waitingAllMax ? limits.waitingMaxUnderLoad : limits.waitingMax) ||
    socket.bytesRead - bytesBefore > limits.waitingBytesMax

  return (request, response) => {
    const connection = connectionOf(request.socket)
    if (!connection.busy) {
      connection.busy = true
      return starting.add(() => start(connection, request, response))
    }
    // The rest of the chunk that contained the flood still arrives here.
    if (connection.socket.destroyed) return
    if (connection.waiting.length === 0) connection.bytesBefore = connection.socket.bytesRead
    connection.waiting.push([request, response])
    waitingAll++
    if (!isFlood(connection)) return
    forgetWaiting(connection)
    connection.socket.destroy()
    onFlood?.()
  }
}

/**
 * When a connection ends, Node makes an error for each of its requests without an answer. Without stack traces this
 * takes less than 1 ms for the 1,400 requests of one read, with them 12 ms; and many connections end at once if their
 * answers stay unread.
 */
function endCheaply(socket: Socket): void {
  const { stackTraceLimit } = Error
  socket.prependListener('close', () => {
    Error.stackTraceLimit = 0
  })
  socket.on('close', () => {
    Error.stackTraceLimit = stackTraceLimit
  })
}
