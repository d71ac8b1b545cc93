/**
 * A WebSocket client that costs little: it reads only the heads of frames, and masks with zeros. So one process can be a
 * thousand clients beside the server that is measured.
 */

import { connect, type Socket } from 'node:net'

const TEXT = 0x1
const CLOSE = 0x8
const PING = 0x9
const EMPTY_PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])

export class RawSocket {
  /** Called with each text frame: the bytes from `start` to `end`. */
  onText: (bytes: Buffer, start: number, end: number) => void = () => {}
  onClose: () => void = () => {}
  private readonly socket: Socket
  private rest: Buffer = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('close', () => this.onClose())
    socket.on('error', () => {})
  }

  static open(port: number): Promise<RawSocket> {
    const socket = connect(port, '127.0.0.1').setNoDelay()
    socket.write(
      'GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    )
    return new Promise((resolve, reject) => {
      let head = Buffer.alloc(0)
      socket.once('error', reject)
      const receive = (chunk: Buffer): void => {
        head = Buffer.concat([head, chunk])
        const end = head.indexOf('\r\n\r\n')
        if (end < 0) return
        if (!head.subarray(0, end).includes(' 101 ')) {
          reject(new Error(head.toString()))
          return
        }
        socket.off('data', receive)
        const opened = new RawSocket(socket)
        socket.on('data', (bytes: Buffer) => opened.take(bytes))
        if (head.length > end + 4) opened.take(head.subarray(end + 4))
        resolve(opened)
      }
      socket.on('data', receive)
    })
  }

  send(text: string): void {
    this.socket.write(clientFrame(text))
  }

  /** Whole frames of {@link clientFrame}. */
  write(frames: Buffer): void {
    this.socket.write(frames)
  }

  close(): void {
    this.socket.destroy()
  }

  private take(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    let at = 0
    for (;;) {
      if (bytes.length < at + 2) break
      let length = bytes[at + 1]
      let start = at + 2
      if (length === 126) {
        if (bytes.length < at + 4) break
        length = bytes.readUInt16BE(at + 2)
        start = at + 4
      } else if (length === 127) {
        if (bytes.length < at + 10) break
        length = bytes.readUIntBE(at + 4, 6)
        start = at + 10
      }
      const end = start + length
      if (bytes.length < end) break
      const opcode = bytes[at] & 0xf
      if (opcode === TEXT) this.onText(bytes, start, end)
      else if (opcode === PING) this.socket.write(EMPTY_PONG)
      else if (opcode === CLOSE) this.socket.end()
      at = end
    }
    this.rest = at === bytes.length ? EMPTY : bytes.subarray(at)
  }
}

const EMPTY = Buffer.alloc(0)

export function clientFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.alloc(head + 4 + length)
  frame[0] = 0x81
  if (head === 2) frame[1] = 0x80 | length
  else if (head === 4) {
    frame[1] = 0x80 | 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 0x80 | 127
    frame.writeUIntBE(length, 4, 6)
  }
  frame.write(text, head + 4)
  return frame
}

/** Milliseconds of a clock that all processes of the machine share. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6
