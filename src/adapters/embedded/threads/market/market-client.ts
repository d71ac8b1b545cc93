/**
 * The edge's side of the market thread: a market feed. It starts the thread with the first follower, if not before. If the thread
 * fails, or has lost events, every follower is told and follows again; a new thread starts at most once a second. Orders
 * do not depend on it.
 */

import { MessageChannel, Worker } from 'node:worker_threads'
import {
  type MarketFeed,
  type MarketUpdate,
  type Topic,
  type TopicReader,
  topicKey,
} from '../../../../ports/market-feed.ts'
import { JOINING_SNAPSHOT, TOPIC_LOST, UPDATE } from '../../../../ports/market-messages.ts'
import { RecentMaximum } from '../../metrics/recent-maximum.ts'
import type { Asked } from '../core-messages.ts'
import type {
  EdgeToMarket,
  HistoryQuestions,
  MarketOptions,
  MarketPort,
  MarketToEdge,
  Published,
} from './market-messages.ts'

/** Time between two starts of the thread, so that a failure at each start does not keep a processor busy. */
const RESTART_MS = 1_000
/** Memory of the thread. If it needs more, it fails alone. */
const HEAP_MB = 1_024
const YOUNG_GENERATION_MB = 32

export interface MarketClientPorts {
  readonly thread: URL
  /** Gives the core its end of the port of a new thread. */
  readonly connectCore: (message: MarketPort) => void
  /** What is stored. */
  readonly history: MarketHistory
  readonly onFailed: (message: string) => void
}

/** Answers the questions of the thread. */
export type MarketHistory = {
  readonly [Q in keyof HistoryQuestions]: (ask: HistoryQuestions[Q]['ask']) => Promise<HistoryQuestions[Q]['answer']>
}

interface Follower {
  readonly reader: TopicReader
  /** Whether it has its snapshot. */
  joined: boolean
}

interface Followed {
  readonly id: number
  readonly topic: Topic
  readonly followers: Set<Follower>
  /** A snapshot was asked for and has not arrived. */
  joining: boolean
}

export interface MarketStats {
  readonly topics: number
  readonly followers: number
  readonly restarts: number
  readonly messages: number
  /** Milliseconds that the thread took for all ticks, and for the longest of the last minute. */
  readonly tickMs: number
  readonly tickMsMax: number
}

export class MarketClient implements MarketFeed {
  private readonly ports: MarketClientPorts
  private readonly byKey = new Map<string, Followed>()
  private readonly byId = new Map<number, Followed>()
  private nextId = 1
  private worker: Worker | undefined
  private startedMs = Number.NEGATIVE_INFINITY
  private timer: NodeJS.Timeout | undefined
  private stopping = false
  private followers = 0
  private readonly counts = { starts: 0, messages: 0, tickMs: 0 }
  private readonly tickMsMax = new RecentMaximum()

  constructor(ports: MarketClientPorts) {
    this.ports = ports
  }

  /** Starts the thread before the first follower, who would wait for it. */
  prepare(): void {
    if (this.worker === undefined) this.startSoon()
  }

  follow(topic: Topic, reader: TopicReader): () => void {
    const key = topicKey(topic)
    let followed = this.byKey.get(key)
    if (followed === undefined) {
      followed = { id: this.nextId++, topic, followers: new Set(), joining: true }
      this.byKey.set(key, followed)
      this.byId.set(followed.id, followed)
      if (this.worker === undefined) this.startSoon()
      else this.post({ kind: 'follow', id: followed.id, topic })
    } else if (!followed.joining) {
      followed.joining = true
      this.post({ kind: 'join', id: followed.id })
    }
    const follower: Follower = { reader, joined: false }
    const { followers } = followed
    followers.add(follower)
    this.followers++
    const { id } = followed
    return () => {
      if (!followers.delete(follower)) return
      this.followers--
      if (followers.size > 0 || this.byId.get(id) === undefined) return
      this.byKey.delete(key)
      this.byId.delete(id)
      this.post({ kind: 'unfollow', id })
    }
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    this.stopping = true
    clearTimeout(this.timer)
    await this.worker?.terminate()
  }

  stats(): MarketStats {
    const { starts, messages, tickMs } = this.counts
    const tickMsMax = this.tickMsMax.at(performance.now())
    const restarts = Math.max(0, starts - 1)
    return { topics: this.byKey.size, followers: this.followers, restarts, messages, tickMs, tickMsMax }
  }

  private startSoon(): void {
    if (this.stopping || this.timer !== undefined) return
    const delayMs = Math.max(0, this.startedMs + RESTART_MS - performance.now())
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.start()
    }, delayMs)
  }

  private start(): void {
    this.startedMs = performance.now()
    this.counts.starts++
    const { port1, port2 } = new MessageChannel()
    const consumed = new Int32Array(new SharedArrayBuffer(4))
    const options: MarketOptions = { core: port2, consumed }
    const worker = new Worker(this.ports.thread, {
      workerData: options,
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    this.worker = worker
    this.ports.connectCore({ kind: 'marketPort', port: port1, consumed })
    worker.on('message', (message: MarketToEdge) => this.worker === worker && this.receive(message))
    worker.on('error', (cause) => this.end(worker, cause instanceof Error ? cause.message : String(cause)))
    worker.on('exit', () => this.end(worker, 'the market thread has stopped'))
    for (const { id, topic } of this.byId.values()) this.post({ kind: 'follow', id, topic })
  }

  private end(worker: Worker, message: string): void {
    if (this.worker !== worker) return
    this.worker = undefined
    void worker.terminate()
    if (this.stopping) return
    this.ports.onFailed(message)
    this.loseAll()
  }

  private receive(message: MarketToEdge): void {
    if (message.kind === 'published') {
      this.publish(message)
    } else if (message.kind === 'lost') {
      this.ports.onFailed(message.reason)
      this.loseAll()
    } else {
      void this.answer(message)
    }
  }

  private publish({ ids, kinds, froms, tos, texts, tickMs }: Published): void {
    this.counts.messages += ids.length
    this.counts.tickMs += tickMs
    this.tickMsMax.note(tickMs, performance.now())
    for (let i = 0; i < ids.length; i++) {
      const followed = this.byId.get(ids[i])
      if (followed === undefined) continue
      const kind = kinds[i]
      if (kind === TOPIC_LOST) {
        this.lose([followed])
        continue
      }
      const type = kind === UPDATE ? 'update' : 'snapshot'
      const update: MarketUpdate = { type, from: froms[i], to: tos[i], text: texts[i] }
      if (kind === UPDATE) this.pass(followed, update)
      else this.passSnapshot(followed, update, kind === JOINING_SNAPSHOT)
    }
  }

  private pass({ followers }: Followed, update: MarketUpdate): void {
    for (const follower of followers) if (follower.joined) follower.reader.take(update)
  }

  private passSnapshot(followed: Followed, snapshot: MarketUpdate, onlyJoining: boolean): void {
    followed.joining = false
    // A follower that begins while this passes the snapshot waits for the next one.
    for (const follower of [...followed.followers]) {
      if ((follower.joined && onlyJoining) || !followed.followers.has(follower)) continue
      follower.joined = true
      follower.reader.take(snapshot)
    }
  }

  private loseAll(): void {
    this.lose([...this.byId.values()])
  }

  /** Tells the followers. They may follow again at once. */
  private lose(lost: readonly Followed[]): void {
    for (const { id, topic } of lost) {
      this.byId.delete(id)
      this.byKey.delete(topicKey(topic))
      // It may have been followed while the message of the loss was on the way.
      this.post({ kind: 'unfollow', id })
    }
    for (const { followers } of lost) {
      const all = [...followers]
      followers.clear()
      this.followers -= all.length
      for (const { reader } of all) reader.lost()
    }
  }

  private async answer({ id, question, ask }: Asked): Promise<void> {
    try {
      const read = this.ports.history[question as keyof HistoryQuestions]
      this.post({ kind: 'answer', id, answer: await read(ask as never) })
    } catch (cause) {
      this.post({ kind: 'answerFailed', id, message: String((cause as Error).message ?? cause) })
    }
  }

  private post(message: EdgeToMarket): void {
    this.worker?.postMessage(message)
  }
}
