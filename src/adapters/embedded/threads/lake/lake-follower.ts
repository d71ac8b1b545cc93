/**
 * The lake's thread: brings the lake from its position to the present, and keeps it there. If the lake is behind, it
 * continues from the order log, and joins the live events when it is near. If live events are lost, or the lake cannot
 * be written, it begins again in the same way. So every failure ends like a crash, and there is one way to continue.
 *
 *   open ─ position ─▶ same numbers as the exchange? ── yes ──▶ live ── events lost ─┐
 *                        no ▲ ▼                                  ▲                   │
 *                           past events of the log ── near ──────┘ ◀─────────────────┘
 */

import { setImmediate as turn } from 'node:timers/promises'
import { LakeFeedReader } from '../../../../lake/feed/lake-feed-reader.ts'
import { DamagedLake, type LakePosition } from '../../../../lake/lake-position.ts'
import type { SymbolNumbers } from '../../../../ports/event-feed.ts'
import type { LakeWritten } from '../../../../ports/lake-stats.ts'
import type { Position } from '../../../../ports/order-stream.ts'
import type { RecordFold, RecordPlace } from '../../../../ports/record-fold.ts'
import { type Instrument, type InstrumentText, parseInstrument } from '../../../../protocol/instrument/instrument.ts'
import {
  LAKE_FLUSH_MS_MAX,
  LAKE_FLUSH_MS_MIN,
  LAKE_FLUSH_PAUSES,
  LAKE_JOIN_COMMANDS,
  LAKE_RETRY_MS,
} from '../../../../protocol/limits.ts'
import { UnknownVersion } from '../../../../protocol/versions.ts'
import type { LakeFolder } from '../../lake/lake-folder.ts'
import type { LakeWriter } from '../../lake/lake-writer.ts'
import { failureReason, systemCode } from './failure-reason.ts'
import { LakeEnded, type LakeInbox } from './lake-inbox.ts'
import type { LakeEvents, LakeReport, LakeStart, LakeToCore } from './lake-messages.ts'

/** The events of the log that are over. See recovery/past-events.ts. */
export interface LakePast {
  readonly position: Position
  readonly timestampMs: number
  numbers(): ReadonlyMap<string, SymbolNumbers>
  instruments(): readonly InstrumentText[]
  apply(to: Position, fold?: RecordFold): Iterable<void>
}

export interface LakeFollowerPorts {
  readonly inbox: LakeInbox
  readonly post: (message: LakeToCore) => void
  /** Opens the folder. Throws UnknownVersion and DamagedLake. */
  readonly open: () => LakeFolder
  /** Whether there is a folder. */
  readonly isThere: () => boolean
  readonly writer: (folder: LakeFolder, instruments: Iterable<Instrument>) => LakeWriter
  /** From the newest snapshot at or before the position. */
  readonly past: (position: Position) => Promise<LakePast>
  /** What {@link open} and {@link writer} count. */
  readonly written: LakeWritten
  /** The memory of the thread. */
  readonly memoryBytes: () => number
  /** For tests. */
  readonly retryMs?: number
  readonly joinCommands?: number
  readonly flushMs?: number
}

const OTHER_LOG = 'the lake was made from another order log'

/** Milliseconds between two lines of the log about a long way to the present. */
const PROGRESS_MS = 30_000

export class LakeFollower {
  private readonly ports: LakeFollowerPorts
  private folder: LakeFolder | undefined
  private feedOn = false
  /** Present while live events are taken. */
  private events: LakeFeedReader | undefined
  private flushPauseMs: number

  constructor(ports: LakeFollowerPorts) {
    this.ports = ports
    this.flushPauseMs = ports.flushMs ?? LAKE_FLUSH_MS_MIN
  }

  /** Resolves when the core has asked for the end, and nothing is written any more. */
  async run(): Promise<void> {
    for (;;) {
      try {
        await this.follow()
      } catch (cause) {
        if (cause instanceof LakeEnded) break
        if (await this.endsIn(() => this.failed(cause))) break
      }
    }
    this.ports.post({ kind: 'ended' })
  }

  private async follow(): Promise<void> {
    const folder = this.ports.open()
    this.folder = folder
    let writer: LakeWriter | undefined
    let past: LakePast | undefined
    for (;;) {
      const { start, instruments } = await this.turnOn()
      if (folder.reached.position > start.position) {
        throw new DamagedLake(
          `the lake has command ${Number(folder.reached.position)}, but the order log ends at ${Number(start.position)}`,
        )
      }
      const reached = writer ?? folder.reached
      // A lake of another log may have the same numbers. A writer has been compared.
      const isCompared = writer !== undefined || reached.timestampMs === undefined || isAt(reached, start)
      if (!isCompared || !sameNumbers(reached.events, start.symbols)) {
        past ??= await this.pastOf(reached)
        writer ??= this.ports.writer(folder, past.instruments().map(parseInstrument))
        await this.catchUp(writer, past, start.position)
        if (!this.feedOn) continue
      }
      writer ??= this.ports.writer(folder, instruments)
      writer.recordTaken(start)
      past = undefined
      await this.live(writer)
    }
  }

  /** The state of the log at the position of the lake, whose last events must be the same. */
  private async pastOf({ position, timestampMs, events }: LakePosition): Promise<LakePast> {
    this.events = undefined
    this.report('behind')
    const past = await this.ports.past(position)
    // Now the books are in memory.
    this.report('behind')
    for (const _ of past.apply(position)) await this.rest()
    const isSame = isAt({ position, timestampMs: timestampMs ?? past.timestampMs }, past)
    if (!isSame || !sameNumbers(events, past.numbers())) throw new DamagedLake(OTHER_LOG)
    return past
  }

  /** Takes the events up to a position, without those of the feed if the way is long. */
  private async catchUp(writer: LakeWriter, past: LakePast, to: Position): Promise<void> {
    const commands = Number(to) - Number(past.position)
    if (commands > (this.ports.joinCommands ?? LAKE_JOIN_COMMANDS)) this.turnOff()
    this.report('behind')
    let saidMs = performance.now()
    for (const _ of past.apply(to, writer)) {
      if (writer.isFull) await this.flush(writer)
      if (performance.now() - saidMs >= PROGRESS_MS) {
        saidMs = performance.now()
        const fields = { command: Number(past.position), of: Number(to) }
        this.ports.post({
          kind: 'log',
          level: 'info',
          message: 'the data lake is being made from the order log',
          fields,
        })
      }
      if (this.ports.inbox.ending?.store) writer.flush()
      await this.rest()
    }
  }

  /** Takes live events until some are lost. */
  private async live(writer: LakeWriter): Promise<void> {
    const { inbox } = this.ports
    const events = new LakeFeedReader()
    this.events = events
    this.report('live')
    let dueMs = performance.now()
    while (this.feedOn) {
      const message = inbox.take()
      if (message?.kind === 'events') takeEvents(writer, events, message)
      else if (message?.kind === 'feedDropped') this.feedOn = false
      else if (message?.kind === 'end') {
        if (message.last !== undefined) writer.recordTaken(message.last)
        if (message.store) writer.flush()
        throw new LakeEnded(message.store)
      }
      if (writer.isFull || (writer.hasNew && performance.now() >= dueMs)) {
        await this.flush(writer)
        dueMs = performance.now() + this.flushPauseMs
      }
      // A flush that failed has turned the feed off. Then no message comes.
      if (message !== undefined || !this.feedOn) continue
      await inbox.wait(writer.hasNew ? dueMs - performance.now() : Number.POSITIVE_INFINITY)
    }
  }

  /** Stores what was taken, sooner or later. While it fails, no events are taken. */
  private async flush(writer: LakeWriter): Promise<void> {
    const startMs = performance.now()
    for (;;) {
      try {
        writer.flush()
        break
      } catch (cause) {
        if (systemCode(cause) === undefined) throw cause
        await this.failed(cause)
      }
    }
    this.join(writer)
    const pauseMs = (performance.now() - startMs) * LAKE_FLUSH_PAUSES
    const { flushMs = Math.max(pauseMs, LAKE_FLUSH_MS_MIN) } = this.ports
    this.flushPauseMs = Math.min(flushMs, LAKE_FLUSH_MS_MAX)
    this.report(this.feedOn ? 'live' : 'behind')
  }

  /** Files that cannot be joined stay as they are. */
  private join(writer: LakeWriter): void {
    try {
      writer.join()
    } catch (cause) {
      const fields = { error: (cause as Error).message }
      this.ports.post({ kind: 'log', level: 'warn', message: 'small files of the data lake were not joined', fields })
    }
  }

  /** Says what has failed, and waits before the next attempt: until the folder is gone if it must not be touched. */
  private async failed(cause: unknown): Promise<void> {
    const { inbox, isThere, retryMs = LAKE_RETRY_MS } = this.ports
    this.turnOff()
    const isRefused = cause instanceof UnknownVersion || cause instanceof DamagedLake
    const reason = failureReason(cause)
    const { message: error } = cause as Error
    if (isRefused) {
      const detail = `The data lake is not written: ${reason}. Move its folder away, and it is made again.`
      this.report('refused', { detail, error })
    } else {
      this.report('failing', { detail: `The data lake cannot be written: ${reason}. It is tried again.`, error })
    }
    do await inbox.pause(retryMs)
    while (isRefused && isThere())
  }

  private async endsIn(call: () => Promise<void>): Promise<boolean> {
    try {
      await call()
      return false
    } catch (cause) {
      if (cause instanceof LakeEnded) return true
      throw cause
    }
  }

  private turnOn(): Promise<LakeStart> {
    this.feedOn = true
    this.ports.post({ kind: 'turnFeed', on: true })
    return this.ports.inbox.until('feedStarted')
  }

  private turnOff(): void {
    if (this.feedOn) this.ports.post({ kind: 'turnFeed', on: false })
    this.feedOn = false
  }

  /** Lets messages in. Throws LakeEnded. */
  private async rest(): Promise<void> {
    await turn()
    if (this.ports.inbox.ending !== undefined) throw this.ports.inbox.ending
  }

  private report(state: LakeReport['state'], failure?: Pick<LakeReport, 'detail' | 'error'>): void {
    const position = this.folder?.reached.position ?? ''
    const written = { ...this.ports.written }
    const memoryBytes = this.events?.namesBytes ?? this.ports.memoryBytes()
    this.ports.post({ kind: 'report', state, position, written, memoryBytes, ...failure })
  }
}

function takeEvents(writer: LakeWriter, events: LakeFeedReader, { chunk, last }: LakeEvents): void {
  events.read(chunk)
  while (events.next()) writer.take(events)
  writer.recordTaken(last)
}

const isAt = (one: Pick<LakePosition, 'position' | 'timestampMs'>, other: RecordPlace): boolean =>
  one.position === other.position && one.timestampMs === other.timestampMs

function sameNumbers(
  events: ReadonlyMap<string, number>,
  numbers: ReadonlyMap<string, { readonly eventNumber: number }>,
): boolean {
  for (const [symbol, { eventNumber }] of numbers) if (eventNumber !== (events.get(symbol) ?? 0)) return false
  for (const symbol of events.keys()) if (!numbers.has(symbol)) return false
  return true
}
