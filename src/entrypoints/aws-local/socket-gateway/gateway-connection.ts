/**
 * One connection of the simulated API Gateway. Each message of the client is given to the function of $default, side
 * by side with the messages before it, as on AWS: the sequence of a connection's messages is not kept. The connection
 * ends by the client, by the backend, when it was idle or open for too long, or when it sends what is not allowed.
 */

import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { FrameLengths } from './frame-lengths.ts'
import { GATEWAY_CLOSES, type GatewayClose, type GatewayLimits } from './gateway-limits.ts'

export interface ConnectionPorts {
  readonly connectionId: string
  readonly limits: GatewayLimits
  /** Invokes the function of $default. What it returns is not sent, because the route has no route response. */
  message(text: string): Promise<unknown>
  /** Called once, after the end. */
  ended(code: number, reason: string): void
}

/** The answer to a post of the backend. */
export type Posted = 'sent' | 'gone' | 'tooLong' | 'full'

export class GatewayConnection {
  lastActiveAtMs = Date.now()
  private readonly ws: WebSocket
  private readonly ports: ConnectionPorts
  private readonly life: NodeJS.Timeout
  private idle: NodeJS.Timeout | undefined
  private closing: GatewayClose | undefined

  /** `socket` is that of `ws`, which does not read yet. */
  constructor(ws: WebSocket, socket: Duplex, ports: ConnectionPorts) {
    this.ws = ws
    this.ports = ports
    this.life = setTimeout(() => this.close(GATEWAY_CLOSES.expired), ports.limits.lifeMs)
    this.active()
    const frames = new FrameLengths((bytes) => {
      if (bytes > ports.limits.frameBytes) this.close(GATEWAY_CLOSES.tooLong)
    })
    socket.prependListener('data', (bytes: Buffer) => frames.take(bytes))
    ws.on('message', (data, isBinary) => this.received(data, isBinary))
    // A message that is too long closes the connection by itself, with 1009.
    ws.on('error', () => {})
    ws.once('close', (code, reason) => {
      clearTimeout(this.life)
      clearTimeout(this.idle)
      const { code: own, reason: why } = this.closing ?? { code, reason: reason.toString('utf8') }
      ports.ended(own, why)
    })
  }

  /** Sends a message of the backend, in frames that are not too long. */
  post(text: Buffer): Posted {
    const { limits } = this.ports
    if (this.closing !== undefined || this.ws.readyState !== this.ws.OPEN) return 'gone'
    if (text.length > limits.messageBytes) return 'tooLong'
    if (this.ws.bufferedAmount > limits.waitingBytes) return 'full'
    this.active()
    this.send(text)
    return 'sent'
  }

  close(close: GatewayClose): void {
    if (this.closing !== undefined) return
    this.closing = close
    this.ws.close(close.code, close.reason)
  }

  /** Ends it without a close frame. */
  terminate(): void {
    this.ws.terminate()
  }

  private received(data: RawData, isBinary: boolean): void {
    if (this.closing !== undefined) return
    this.active()
    if (isBinary) this.close(GATEWAY_CLOSES.binary)
    else void this.handle(String(data))
  }

  /** A function that fails is told to the client, without the id of its request. */
  private async handle(text: string): Promise<void> {
    const failure = await this.failureOf(text)
    if (failure === undefined || this.closing !== undefined || this.ws.readyState !== this.ws.OPEN) return
    this.send(Buffer.from(this.failureText(failure)))
  }

  private async failureOf(text: string): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve('Endpoint request timed out'), this.ports.limits.integrationMs)
    })
    try {
      return await Promise.race([this.ports.message(text).then(() => undefined), late])
    } catch {
      return 'Internal server error'
    } finally {
      clearTimeout(timer)
    }
  }

  /** As users see it: github.com/aws-samples/simple-websockets-chat-app/issues/46. */
  private failureText(message: string): string {
    return JSON.stringify({ message, connectionId: this.ports.connectionId, requestId: randomUUID() })
  }

  private send(text: Buffer): void {
    const { frameBytes } = this.ports.limits
    let at = 0
    for (; at + frameBytes < text.length; at += frameBytes) {
      this.ws.send(text.subarray(at, at + frameBytes), { binary: false, fin: false })
    }
    this.ws.send(text.subarray(at), { binary: false, fin: true })
  }

  private active(): void {
    this.lastActiveAtMs = Date.now()
    clearTimeout(this.idle)
    this.idle = setTimeout(() => this.close(GATEWAY_CLOSES.idle), this.ports.limits.idleMs)
  }
}
