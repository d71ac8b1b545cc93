/**
 * Writes what was sent in a turn of the event loop, once for each connection. Clients that follow the same topics get
 * the same messages. So frames are kept for the turn, and their concatenation too: a thousand clients with equal
 * messages share one buffer and cost one write each.
 */

import type { Socket } from 'node:net'
import type { SharedMessage } from './socket-ports.ts'
import { textFrame } from './text-frame.ts'

export interface WrittenFrames {
  readonly frames: readonly Buffer[]
  /** Whether all of them were made by {@link WriteTurn.frameOf}, so that other connections may have the same. */
  readonly isShared: boolean
}

/** The part of a connection that is written at the end of the turn. */
export interface WrittenConnection {
  /** The frames since the last write. The function removes them. */
  takeFrames(): WrittenFrames
  readonly socket: Socket
  /** Called after the write. */
  written(): void
}

/** Frames that all follow the ones before, as a tree: equal sequences end in the same node. */
interface Sequence {
  readonly next: Map<Buffer, Sequence>
  bytes: Buffer | undefined
}

/** Above it frames are written one by one, because a copy costs more than a further part of the write. */
const JOINED_BYTES_MAX = 64 * 1024

export class WriteTurn {
  private readonly frames = new WeakMap<SharedMessage, Buffer>()
  private last: { readonly message: SharedMessage; readonly frame: Buffer } | undefined
  private waiting: WrittenConnection[] = []
  private sequences = new Map<Buffer, Sequence>()
  private readonly onWritten: () => void

  /** `onWritten` is called after each turn in which something was written. */
  constructor(onWritten: () => void) {
    this.onWritten = onWritten
  }

  /** The frame of a message. */
  frameOf(message: SharedMessage): Buffer {
    if (this.last?.message === message) return this.last.frame
    const frame = this.frames.get(message) ?? textFrame(message.text)
    this.frames.set(message, frame)
    this.last = { message, frame }
    return frame
  }

  /** Writes the frames of the connection at the end of the turn. */
  add(connection: WrittenConnection): void {
    this.waiting.push(connection)
    if (this.waiting.length === 1) setImmediate(() => this.writeAll())
  }

  /** Writes the frames of a connection now. */
  write(connection: WrittenConnection): void {
    const { frames, isShared } = connection.takeFrames()
    const { socket } = connection
    if (frames.length === 0 || socket.destroyed || !socket.writable) return
    if (frames.length === 1) {
      socket.write(frames[0])
    } else {
      const bytes = isShared ? this.joined(frames) : joinedOnce(frames)
      if (bytes !== undefined) {
        socket.write(bytes)
      } else {
        socket.cork()
        for (const frame of frames) socket.write(frame)
        socket.uncork()
      }
    }
    connection.written()
  }

  private writeAll(): void {
    const { waiting } = this
    this.waiting = []
    for (const connection of waiting) this.write(connection)
    this.sequences = new Map()
    this.last = undefined
    this.onWritten()
  }

  /** The frames as one buffer; undefined if they are too long to be copied. */
  private joined(frames: readonly Buffer[]): Buffer | undefined {
    let level = this.sequences
    let found: Sequence | undefined
    for (const frame of frames) {
      found = level.get(frame)
      if (found === undefined) {
        found = { next: new Map(), bytes: undefined }
        level.set(frame, found)
      }
      level = found.next
    }
    if (found === undefined) return undefined
    found.bytes ??= joinedOnce(frames)
    return found.bytes
  }
}

/** The frames as one buffer; undefined if they are too long to be copied. */
function joinedOnce(frames: readonly Buffer[]): Buffer | undefined {
  let length = 0
  for (const frame of frames) length += frame.length
  return length > JOINED_BYTES_MAX ? undefined : Buffer.concat(frames as Buffer[], length)
}
