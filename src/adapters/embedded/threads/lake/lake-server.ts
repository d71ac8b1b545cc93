/**
 * The core's side of the port to the lake's thread: a fold that writes each event for the thread, while it wants them.
 * The thread must never hold up matching. If it is too far behind, it gets no more events and is told so. Then it
 * continues from the order log. Events are gathered for a moment, because a message for each record would cost more than
 * the record.
 */

import type { MessagePort } from 'node:worker_threads'
import { LakeFeedWriter } from '../../../../lake/feed/lake-feed-writer.ts'
import type { FeedStart } from '../../../../ports/event-feed.ts'
import { type LakeStats, NOTHING_WRITTEN } from '../../../../ports/lake-stats.ts'
import { BEGINNING, type Position } from '../../../../ports/order-stream.ts'
import type { RecordFold, RecordPlace } from '../../../../ports/record-fold.ts'
import type { Trouble } from '../../../../ports/trouble.ts'
import type { EventCursor } from '../../../../protocol/event/event-cursor.ts'
import type { ListedInstrument } from '../../../../protocol/instrument/instrument-directory.ts'
import { LAKE_GATHERED_BYTES, LAKE_GATHERED_MS, LAKE_LAG_BYTES_MAX } from '../../../../protocol/limits.ts'
import type { ConsumedBytes } from '../market/market-messages.ts'
import type { CoreToLake, LakePort, LakeReport, LakeState, LakeToCore } from './lake-messages.ts'

/** The part of the exchange that a start of the feed reads. */
export interface FollowedExchange {
  readonly instruments: ReadonlyMap<string, ListedInstrument>
  /** The last record that was matched, and the last numbers of each symbol. */
  reached(): FeedStart
}

export interface LakeServerPorts {
  /** Called when the thread has asked for events, so it may be made later. */
  readonly exchange: () => FollowedExchange
  readonly isOn: boolean
  readonly log: (level: 'info' | 'warn', message: string, fields: object) => void
  readonly nowMs: () => number
  /** Called with each report: what the thread has beside its rows. */
  readonly onMemory: (bytes: number) => void
  /** Bytes that may wait for the thread. */
  readonly lagBytesMax?: number
}

export interface LakeHealth {
  readonly lake: LakeState
  /** The last command whose events are in the lake. */
  readonly lakePosition: number
  /** Commands of the log after it. 0: all events are in the lake. */
  readonly lakeLagCommands: number
}

export class LakeServer implements RecordFold {
  private readonly ports: LakeServerPorts
  private readonly lagBytesMax: number
  private port: Pick<MessagePort, 'postMessage'> | undefined
  private consumed: ConsumedBytes = new Int32Array(new SharedArrayBuffer(4))
  /** Bytes sent, modulo 2^32. */
  private sent = 0
  private readonly feed = new LakeFeedWriter()
  private feedOn = false
  private timer: NodeJS.Timeout | undefined
  /** The record of the last events that concern the thread. */
  private last: RecordPlace = { position: BEGINNING, timestampMs: 0 }
  private report: LakeReport | undefined
  private troubleSinceMs: number | undefined
  private ended: (() => void) | undefined

  constructor(ports: LakeServerPorts) {
    this.ports = ports
    this.lagBytesMax = ports.lagBytesMax ?? LAKE_LAG_BYTES_MAX
  }

  /** A new thread takes the place of the one before. */
  connect({ port, consumed }: LakePort): void {
    this.port = port
    this.consumed = consumed
    this.sent = 0
    port.on('message', (message: LakeToCore) => this.receive(message))
    port.on('close', () => this.port === port && this.close())
    port.unref()
  }

  receive(message: LakeToCore): void {
    const { log } = this.ports
    if (message.kind === 'turnFeed') {
      this.stopFeed()
      if (!message.on) return
      const exchange = this.ports.exchange()
      const start = exchange.reached()
      this.feedOn = true
      // What is before the start counts once the lake has stored it.
      this.last = placeOf(start)
      this.post({ kind: 'feedStarted', start, instruments: [...exchange.instruments.values()] })
    } else if (message.kind === 'report') this.noteReport(message)
    else if (message.kind === 'log') log(message.level, message.message, message.fields)
    else this.ended?.()
  }

  take(event: EventCursor): void {
    if (this.feedOn) this.feed.take(event)
  }

  /** Sends the events of the record, at the latest in a moment. */
  recordTaken({ position, timestampMs }: RecordPlace): void {
    const { length } = this.feed
    if (length === 0) return
    this.last = { position, timestampMs }
    if (this.lagBytes > this.lagBytesMax) {
      this.stopFeed()
      this.post({ kind: 'feedDropped' })
    } else if (length >= LAKE_GATHERED_BYTES) this.send()
    else this.timer ??= setTimeout(() => this.send(), LAKE_GATHERED_MS).unref()
  }

  /** Ends the thread. Resolves when it writes nothing any more. */
  end(store: boolean): Promise<void> {
    if (this.port === undefined) return Promise.resolve()
    this.send()
    const last = this.feedOn ? placeOf(this.ports.exchange().reached()) : undefined
    this.stopFeed()
    return new Promise((resolve) => {
      this.ended = resolve
      this.post({ kind: 'end', store, last })
    })
  }

  /** `commands`: the commands of the log. */
  health(commands: number): LakeHealth {
    if (!this.ports.isOn) return { lake: 'off', lakePosition: 0, lakeLagCommands: 0 }
    if (this.report === undefined) return { lake: 'starting', lakePosition: 0, lakeLagCommands: commands }
    const { state, position } = this.report
    // Records without events leave nothing behind in the lake.
    const isWhole = state === 'live' && position >= this.last.position
    const lakePosition = isWhole ? commands : Number(position)
    return { lake: state, lakePosition, lakeLagCommands: commands - lakePosition }
  }

  /** The position from which the lake may have to continue. undefined: it has all events that it is sent. */
  get needed(): Position | undefined {
    if (!this.ports.isOn || this.report?.state === 'refused') return undefined
    return this.report?.position ?? BEGINNING
  }

  /** For the metrics. undefined: the thread has not reported yet. */
  stats(commands: number): LakeStats | undefined {
    if (this.report === undefined) return undefined
    const { state, position, written } = this.report
    const failing = state === 'failing' || state === 'refused'
    return { position, lagCommands: this.health(commands).lakeLagCommands, ...written, failing }
  }

  /** Present while the lake cannot be written. */
  get trouble(): Trouble | undefined {
    const sinceMs = this.troubleSinceMs
    return sinceMs === undefined ? undefined : { cause: 'lake_failing', sinceMs, detail: this.report?.detail ?? '' }
  }

  private noteReport(report: LakeReport): void {
    const { log, nowMs } = this.ports
    const before = this.report
    this.report = report
    this.ports.onMemory(report.memoryBytes)
    const { state, position, detail, error } = report
    if (state === 'refused' && before?.state !== state) log('warn', 'the data lake is not written', { detail, error })
    else if (state === 'failing' && before?.state !== state)
      log('warn', 'the data lake cannot be written', { detail, error })
    else if (state === 'live' && before?.state !== state) log('info', 'the data lake is up to date', { position })
    if (detail === undefined) this.troubleSinceMs = undefined
    else this.troubleSinceMs ??= nowMs()
  }

  /** The thread has ended. */
  private close(): void {
    this.stopFeed()
    this.port = undefined
    if (this.ended !== undefined) {
      this.ended()
      return
    }
    const position = this.report?.position ?? BEGINNING
    const detail = 'The thread of the data lake has failed. It is started again.'
    this.noteReport({
      kind: 'report',
      state: 'failing',
      position,
      written: this.report?.written ?? NOTHING_WRITTEN,
      memoryBytes: 0,
      detail,
    })
  }

  private get lagBytes(): number {
    return this.feed.length + ((this.sent - Atomics.load(this.consumed, 0)) >>> 0)
  }

  private send(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.feed.length === 0) return
    const chunk = this.feed.chunk()
    this.sent = (this.sent + chunk.length) | 0
    this.post({ kind: 'events', chunk, last: this.last }, [chunk.buffer])
  }

  /** Drops the events that are gathered. */
  private stopFeed(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.feedOn = false
    this.feed.restart()
  }

  private post(message: CoreToLake, transfer: readonly ArrayBuffer[] = []): void {
    this.port?.postMessage(message, transfer)
  }
}

const placeOf = ({ position, timestampMs }: FeedStart): RecordPlace => ({ position, timestampMs })
