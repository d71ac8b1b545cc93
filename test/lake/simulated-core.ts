/** A core thread for the lake's thread: a log that grows, its feed, and a port that may lose events. */

import { existsSync } from 'node:fs'
import { LakeFolder } from '../../src/adapters/embedded/lake/lake-folder.ts'
import { LakeWriter } from '../../src/adapters/embedded/lake/lake-writer.ts'
import { LakeFollower } from '../../src/adapters/embedded/threads/lake/lake-follower.ts'
import { LakeInbox } from '../../src/adapters/embedded/threads/lake/lake-inbox.ts'
import type { CoreToLake, LakeReport, LakeToCore } from '../../src/adapters/embedded/threads/lake/lake-messages.ts'
import { LakeFeedWriter } from '../../src/lake/feed/lake-feed-writer.ts'
import { LakeFold } from '../../src/lake/lake-fold.ts'
import { parquetFile } from '../../src/lake/parquet-file.ts'
import { ExchangeMatcher } from '../../src/matcher/exchange-matcher.ts'
import { NOTHING_WRITTEN } from '../../src/ports/lake-stats.ts'
import type { StreamRecord } from '../../src/ports/order-stream.ts'
import { InstrumentDirectory } from '../../src/protocol/instrument/instrument-directory.ts'
import { PastEvents } from '../../src/recovery/past-events.ts'

export class SimulatedCore {
  readonly root: string
  /** The states that the thread has reported, without repetitions. */
  readonly states: string[] = []
  readonly details: string[] = []
  /** The messages that are only for the log. */
  readonly errors: string[] = []
  /** The last that was reported of each state. */
  readonly memoryBytes = new Map<string, number>()
  /** How often the log was matched again. */
  replays = 0
  /** Loses the events of the next record. */
  loseNext = false
  private readonly log: readonly StreamRecord[]
  /** Between two flushes. */
  private readonly flushMs: number
  private readonly matcher = new ExchangeMatcher()
  private readonly feed = new LakeFeedWriter()
  private readonly instruments = new InstrumentDirectory()
  private readonly inbox = new LakeInbox(new Int32Array(new SharedArrayBuffer(4)))
  private feedOn = false
  private matched = 0
  private stored = ''
  private state = ''
  private ended: Promise<void> = Promise.resolve()

  constructor(root: string, log: readonly StreamRecord[], flushMs = 5) {
    this.root = root
    this.log = log
    this.flushMs = flushMs
  }

  start(): void {
    const written = { ...NOTHING_WRITTEN }
    const follower = new LakeFollower({
      inbox: this.inbox,
      post: (message) => this.receive(message),
      open: () => {
        const folder = new LakeFolder(this.root, () => performance.now(), written)
        folder.open()
        return folder
      },
      isThere: () => existsSync(this.root),
      writer: (folder, instruments) =>
        new LakeWriter(folder, new LakeFold(instruments), { encode: parquetFile, fileRows: 20, joinedFiles: 3 }),
      past: async () => {
        this.replays++
        return new PastEvents(new ExchangeMatcher(), (after, to) => [
          this.log.slice(0, this.matched).filter(({ position }) => position > after && position <= to),
        ])
      },
      written,
      memoryBytes: () => 1_000_000,
      retryMs: 20,
      flushMs: this.flushMs,
      joinCommands: 10,
    })
    this.ended = follower.run()
  }

  /** Matches the next records of the log. */
  match(count: number): void {
    for (const record of this.log.slice(this.matched, this.matched + count)) {
      this.matcher.apply(record, {
        take: (event) => {
          this.instruments.take(event)
          if (this.feedOn) this.feed.take(event)
        },
      })
      const chunk = this.feed.chunk()
      if (this.feedOn && !this.loseNext) this.post({ kind: 'events', chunk, last: record })
      this.loseNext = false
    }
    this.matched += count
  }

  /** As if too many bytes were waiting. */
  drop(): void {
    if (this.feedOn) this.post({ kind: 'feedDropped' })
    this.feedOn = false
  }

  async untilStored(): Promise<void> {
    const giveUpMs = performance.now() + 60_000
    while (this.stored < this.matcher.position || this.state !== 'live') {
      if (performance.now() > giveUpMs) throw new Error(`the lake is ${this.state} at ${this.stored}`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }

  async stop(store: boolean): Promise<void> {
    this.post({ kind: 'end', store })
    await this.ended
  }

  private receive(message: LakeToCore): void {
    if (message.kind === 'turnFeed') {
      this.feedOn = message.on
      this.feed.restart()
      const { position, timestampMs } = this.matcher
      const start = { position, timestampMs, symbols: this.matcher.numbers() }
      if (message.on) this.post({ kind: 'feedStarted', start, instruments: [...this.instruments.values()] })
    } else if (message.kind === 'report') this.note(message)
  }

  private note({ state, position, detail, error, memoryBytes }: LakeReport): void {
    this.memoryBytes.set(state, memoryBytes)
    this.state = state
    this.stored = position
    if (this.states.at(-1) !== state) this.states.push(state)
    if (detail !== undefined) this.details.push(detail)
    if (error !== undefined) this.errors.push(error)
  }

  private post(message: CoreToLake): void {
    this.inbox.receive(message)
  }
}
