/**
 * One client of the socket server. It passes whole text messages to the session, and gathers the frames for the
 * client. Frames are written to the TCP socket directly, between those of `ws`: both write whole frames, and nothing is
 * compressed. It refuses binary messages and floods of pings. A client that shows no sign of life is closed.
 */

import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { SOCKET_PINGS_PER_CHECK_MAX } from '../../protocol/limits.ts'
import type { SharedMessage, SocketConnection, SocketReceiver } from './socket-ports.ts'
import { frameText, PING_FRAME, pongFrame } from './text-frame.ts'
import type { WriteTurn, WrittenConnection, WrittenFrames } from './write-turn.ts'

const EMPTY = Buffer.alloc(0)

export const CLOSE_CODES = {
  stopping: 1001,
  badFrame: 1002,
  binary: 1003,
  invalidUtf8: 1007,
  tooManyFragments: 1008,
  tooLarge: 1009,
  slowConsumer: 4001,
  tooManyMessages: 4002,
  notAlive: 4003,
} as const

/** The close codes that `ws` has sent for the faults of a frame, by the code of its error. */
const FAULT_CODES: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: CLOSE_CODES.invalidUtf8,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: CLOSE_CODES.tooLarge,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: CLOSE_CODES.tooManyFragments,
}

export interface ConnectionEvents {
  onReceived(): void
  onSent(): void
  /** The kernel has not taken everything that was written. */
  onWaiting(): void
  /** The connection has ended with this code: its own, the server's, or 1006 if it broke. */
  onEnded(code: number): void
}

export class ClientConnection implements SocketConnection, WrittenConnection {
  readonly socket: Socket
  private readonly ws: WebSocket
  private readonly turn: WriteTurn
  private readonly events: ConnectionEvents
  private frames: Buffer[] = []
  /** The frames behind them that are for this client only, as characters. */
  private ownFrames = ''
  private isShared = true
  private frameBytes = 0
  private closing: number | undefined
  private alive = true
  private pings = 0

  constructor(ws: WebSocket, socket: Socket, turn: WriteTurn, events: ConnectionEvents) {
    this.ws = ws
    this.socket = socket
    this.turn = turn
    this.events = events
  }

  /** Passes what arrives to the session. */
  serve(receiver: SocketReceiver): void {
    const { ws } = this
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      this.alive = true
      if (this.closing !== undefined) return
      this.events.onReceived()
      if (isBinary) this.close(CLOSE_CODES.binary, 'binary_message')
      else receiver.receive(data.toString())
    })
    ws.on('ping', (payload: Buffer) => this.answerPing(payload))
    ws.on('pong', () => {
      this.alive = true
    })
    // `ws` has sent the close frame already.
    ws.on('error', ({ code }: NodeJS.ErrnoException) => {
      this.closing ??= FAULT_CODES[code ?? ''] ?? CLOSE_CODES.badFrame
    })
    ws.on('close', (code: number) => this.events.onEnded(this.closing ?? code))
  }

  send(message: string | SharedMessage): void {
    if (this.closing !== undefined) return
    if (typeof message === 'string') this.addOwn(frameText(message))
    else this.add(this.turn.frameOf(message))
    this.events.onSent()
  }

  get waitingBytes(): number {
    return this.frameBytes + this.socket.writableLength
  }

  onDrained(call: () => void): void {
    this.turn.write(this)
    // Its callback comes behind everything that waits.
    this.socket.write(EMPTY, (cause) => cause ?? (this.waitingBytes === 0 ? call() : this.onDrained(call)))
  }

  close(code: number, reason: string): void {
    if (this.closing !== undefined) return
    this.turn.write(this)
    this.closing = code
    this.ws.close(code, reason)
  }

  /** Ends the connection without waiting for the client. */
  terminate(): void {
    this.ws.terminate()
  }

  /** Called at intervals: a client that has sent nothing since the last call, not even a pong, is closed. */
  checkAlive(): void {
    this.pings = 0
    if (this.closing !== undefined) return
    if (this.alive) {
      this.add(PING_FRAME)
      this.alive = false
      return
    }
    this.close(CLOSE_CODES.notAlive, 'not_alive')
    // It will hardly answer the close frame, and its orders may have to be canceled.
    this.terminate()
  }

  takeFrames(): WrittenFrames {
    this.endOwn()
    const { frames, isShared } = this
    this.frames = []
    this.isShared = true
    this.frameBytes = 0
    // Nothing may follow a close frame.
    return { frames: this.ws.readyState === this.ws.OPEN ? frames : [], isShared }
  }

  written(): void {
    if (this.socket.writableLength > 0) this.events.onWaiting()
  }

  private add(frame: Buffer): void {
    if (this.frameBytes === 0) this.turn.add(this)
    this.endOwn()
    this.frames.push(frame)
    this.frameBytes += frame.length
  }

  private addOwn(frame: string): void {
    if (this.frameBytes === 0) this.turn.add(this)
    this.ownFrames += frame
    this.frameBytes += frame.length
    this.isShared = false
  }

  private endOwn(): void {
    if (this.ownFrames === '') return
    this.frames.push(Buffer.from(this.ownFrames, 'latin1'))
    this.ownFrames = ''
  }

  private answerPing(payload: Buffer): void {
    this.alive = true
    if (this.closing !== undefined) return
    if (++this.pings > SOCKET_PINGS_PER_CHECK_MAX) {
      this.close(CLOSE_CODES.tooManyMessages, 'too_many_messages')
    } else {
      this.addOwn(pongFrame(payload).toString('latin1'))
    }
  }
}
