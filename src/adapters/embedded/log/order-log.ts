/**
 * The durable order stream of one machine: frames appended to a file, many orders per sync. Commands that arrive
 * during a sync form the next frame. An append resolves only after its frame is on disk. If a frame cannot be
 * written, the file is truncated again and its commands are refused. After a failed sync the content of the disk is
 * unknown, so the log accepts no more commands. Opening and reading write nothing.
 */

import { type OrderStream, type Position, type StreamRecord, StreamTruncated } from '../../../ports/order-stream.ts'
import type { Trouble } from '../../../ports/trouble.ts'
import type { Command } from '../../../protocol/command/commands.ts'
import { OperationalFailure } from '../../../protocol/failure.ts'
import type { InstrumentText } from '../../../protocol/instrument/instrument.ts'
import { GATHERED_BYTES_MAX } from '../../../protocol/limits.ts'
import { encodeFrame } from './log-frame.ts'
import { positionOf, readRecords } from './log-records.ts'
import { findEnd, type LogEnd } from './log-segments.ts'
import { LogChanged, SegmentWriter } from './segment-writer.ts'

interface Gathered {
  readonly lines: Uint8Array
  readonly commands: readonly Command[]
  readonly resolve: (timestampMs: number) => void
  readonly reject: (cause: OperationalFailure) => void
}

export interface OrderLogOptions {
  readonly directory: string
  readonly nowMs: () => number
  /** Called for each durable frame before its appends resolve, in order. */
  readonly onRecord: (record: StreamRecord) => void
  /** Called once, when the log fails and accepts no more commands. */
  readonly onFailed: (cause: OperationalFailure) => void
  /** Called for each frame that is on the disk: the time to write and sync it, its commands and its bytes. */
  readonly onSynced?: (ms: number, commands: number, bytes: number) => void
  readonly segmentBytesMax?: number
}

export class OrderLog implements OrderStream {
  /** Number of the last command written. */
  lastCommand: number
  /** The end of the log at its opening. */
  readonly end: LogEnd
  /** Syncs so far. */
  syncCount = 0
  /** The arrival time of the last command; 0 in a new log. */
  timestampMs: number
  /** Present while the disk is full. */
  trouble: Trouble | undefined
  private readonly writer: SegmentWriter
  private started = false
  private gathered: Gathered[] = []
  private gatheredBytes = 0
  private turn: NodeJS.Immediate | undefined
  private syncing: Promise<void> | undefined
  /** Commands of the frame that is being synced. */
  private syncingCommands = 0
  private failure: OperationalFailure | undefined
  private readonly options: OrderLogOptions

  /** Throws DamagedLog, UnknownVersion, or UnknownCommand for newer rules in the last segment. */
  constructor(options: OrderLogOptions) {
    this.options = options
    this.end = findEnd(options.directory)
    this.lastCommand = this.end.lastCommand
    this.timestampMs = this.end.timestampMs
    this.writer = new SegmentWriter(options.directory, options.segmentBytesMax)
  }

  /**
   * Continues at the end of the log, before the first append or in it. Keeps a torn frame in a file of its own, whose
   * path it returns, and cuts it off. Throws OperationalFailure.
   */
  startWriting(): string | undefined {
    try {
      const kept = this.started ? undefined : this.writer.continueAt(this.end, this.options.nowMs())
      this.started = true
      return kept
    } catch (cause) {
      throw this.failureOf(cause)
    }
  }

  /**
   * Appends commands; `lines` is their encoding. Resolves with their arrival time. Throws OperationalFailure. After
   * storage_full and overloaded the log keeps working, and the append may be retried.
   */
  append(lines: Uint8Array, commands: readonly Command[]): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure)
      if (this.gatheredBytes + lines.length > GATHERED_BYTES_MAX) {
        return reject(new OperationalFailure('overloaded', 'too many orders wait for the disk', { retryable: true }))
      }
      this.gathered.push({ lines, commands, resolve, reject })
      this.gatheredBytes += lines.length
      // Commands that arrive in one turn of the event loop, or during a sync, form one frame.
      this.turn ??= setImmediate(() => {
        this.turn = undefined
        this.write()
      })
    })
  }

  /** What was appended and is not on the disk. */
  get waiting(): { readonly commands: number; readonly bytes: number } {
    let commands = this.syncing === undefined ? 0 : this.syncingCommands
    for (const one of this.gathered) commands += one.commands.length
    return { commands, bytes: this.gatheredBytes }
  }

  async *read(after: Position, instruments: Iterable<InstrumentText>): AsyncGenerator<readonly StreamRecord[]> {
    if (after > positionOf(this.lastCommand)) {
      throw new StreamTruncated(
        `command ${Number(after)} was applied, but the order stream ends at ${this.lastCommand}`,
      )
    }
    yield* readRecords(this.options.directory, after, instruments)
  }

  /** Writes the gathered commands, then closes. */
  async close(): Promise<void> {
    this.failure ??= new OperationalFailure('stopping', 'the exchange is stopping', { retryable: true })
    clearImmediate(this.turn)
    while (this.syncing !== undefined || this.gathered.length > 0) {
      this.write()
      await this.syncing
    }
    this.writer.close()
  }

  /**
   * Writes the gathered commands as one frame and syncs it. After the sync, the next frame is written before this
   * one is matched, so that disk and processor work at the same time.
   */
  private write(): void {
    const group = this.gathered
    if (group.length === 0 || this.syncing !== undefined) return
    this.gathered = []
    this.gatheredBytes = 0
    const commands = group.length === 1 ? group[0].commands : group.flatMap((one) => one.commands)
    const timestampMs = Math.max(this.timestampMs, this.options.nowMs())
    const firstCommand = this.lastCommand + 1
    const payload = Buffer.concat(group.map((one) => one.lines))
    const startedMs = performance.now()
    try {
      this.writeFrame(encodeFrame({ firstCommand, timestampMs, commandCount: commands.length, payload }), firstCommand)
    } catch (cause) {
      for (const one of group) one.reject(cause as OperationalFailure)
      return
    }
    this.timestampMs = timestampMs
    this.lastCommand += commands.length
    const position = positionOf(this.lastCommand)
    this.syncingCommands = commands.length
    this.syncing = new Promise((resolve) => {
      this.writer.sync((cause) => {
        this.syncing = undefined
        if (cause === null) {
          this.syncCount++
          this.options.onSynced?.(performance.now() - startedMs, commands.length, payload.length)
          this.write()
          this.options.onRecord({ position, timestampMs, commands })
          for (const one of group) one.resolve(timestampMs)
        } else {
          const failure = this.fail('storage_failed', 'the order log could not be synced', cause)
          for (const one of group) one.reject(failure)
        }
        resolve()
      })
    })
  }

  /** Writes a complete frame, or restores the previous length of the file. */
  private writeFrame(bytes: Buffer, firstCommand: number): void {
    this.startWriting()
    try {
      this.writer.write(bytes, firstCommand)
      this.trouble = undefined
    } catch (cause) {
      const failure = this.failureOf(cause)
      if (failure.retryable) this.writer.undo()
      throw failure
    }
  }

  /** A full disk may get space again. After any other failure the log accepts no more commands. */
  private failureOf(cause: unknown): OperationalFailure {
    if (cause instanceof LogChanged) return this.fail('storage_failed', 'the order log was changed', cause)
    const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((cause as NodeJS.ErrnoException).code ?? '')
    if (!full) return this.fail('storage_failed', 'the order log could not be written', cause)
    const detail = 'The disk of the order log is full. Orders are refused until there is room.'
    this.trouble ??= { cause: 'log_full', sinceMs: this.options.nowMs(), detail }
    return new OperationalFailure('storage_full', 'the disk of the order log is full', { retryable: true, cause })
  }

  private fail(code: 'storage_failed', message: string, cause: unknown): OperationalFailure {
    const failure = new OperationalFailure(code, `${message}: ${(cause as Error).message}`, { retryable: false, cause })
    this.failure = failure
    for (const one of this.gathered) one.reject(failure)
    this.gathered = []
    this.options.onFailed(failure)
    return failure
  }
}
