/**
 * What all processes of a run share, and what disturbs them: the cache is emptied, returns to an earlier state, loses or
 * damages a book; a symbol breaks; an operator resumes what is parked. A seed decides the content of the stream and each
 * disturbance.
 */

import type { BookCache } from '../../src/ports/book-cache.ts'
import type { Publisher } from '../../src/ports/publisher.ts'
import type { RecordStream } from '../../src/ports/record-stream.ts'
import type { Snapshot } from '../../src/ports/snapshot-store.ts'
import { pendingOrder } from '../../src/protocol/records.ts'
import type { GapPorts } from '../../src/shard/gap-check.ts'
import type { ParkingPorts } from '../../src/shard/parking.ts'
import { type Random, randomOf } from '../e2e/random.ts'
import { differences, scheduleDifferences } from './expected.ts'
import { CacheState, type Held } from './memory-book-cache.ts'
import { ParkedState } from './memory-parking.ts'
import { PublishedState } from './memory-publisher.ts'
import { type Fate, Scheduler } from './scheduler.ts'
import { positionOf, type StreamScript, writeScript } from './stream-script.ts'

/** Bugs that a test adds to the ports or to the reported failures. The simulation must find each. */
export interface Planted {
  readonly cache?: (cache: BookCache, state: CacheState) => BookCache
  readonly publisher?: (publisher: Publisher, state: PublishedState) => Publisher
  readonly position?: (sequence: bigint) => string
  readonly reported?: (failures: readonly string[]) => string | undefined
  readonly stream?: (stream: RecordStream) => RecordStream
  readonly parking?: (parking: ParkingPorts, published: PublishedState) => ParkingPorts
  readonly gaps?: (gaps: GapPorts) => GapPorts
}

/** Of the clock that the matcher sees. A rebuild beside others gets 20 steps, one alone 450. */
export const STEP_MS = 100

export class SimulatedWorld {
  readonly random: Random
  readonly planted: Planted
  readonly scheduler: Scheduler
  readonly script: StreamScript
  readonly cache = new CacheState()
  readonly published: PublishedState
  readonly parked = new ParkedState()
  readonly snapshots = new Map<string, Snapshot[]>()
  readonly deadLetters = new Set<string>()
  /** How often each thing happened. */
  readonly counts: Record<string, number> = {}
  /** The symbol of which no event can be published now. */
  broken: string | undefined
  private readonly faultsUntil: number
  /** The probability of a fault; each kind of fault uses a fraction or a multiple of it. */
  readonly faultRate: number
  private earlier = new Map<string, Held>()

  constructor(seed: number, planted: Planted) {
    this.random = randomOf(seed)
    this.planted = planted
    this.published = new PublishedState(seed % 2 === 0)
    this.scheduler = new Scheduler(this.random)
    this.script = writeScript(this.random, planted.position ?? positionOf)
    this.faultsUntil = 100 + this.random.below(900)
    this.faultRate = this.random.pick([0.002, 0.01, 0.03])
    this.enterPending()
  }

  get faulty(): boolean {
    return this.scheduler.step < this.faultsUntil
  }

  count(what: string, times = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + times
  }

  /** Empties the cache, sets it back, loses or damages a book, or breaks a symbol, from time to time. */
  disturb(): void {
    this.operate()
    if (!this.faulty) {
      this.broken = undefined
      return
    }
    const symbols = [...this.script.instruments.keys()]
    if (this.random.chance(this.faultRate / 2)) this.broken = this.random.pick(symbols)
    if (this.random.chance(0.03)) this.broken = undefined
    if (this.random.chance(this.faultRate / 4) && this.cache.books.delete(this.random.pick(symbols)))
      this.count('one lost')
    if (this.random.chance(this.faultRate / 4)) this.earlier = new Map(this.cache.books)
    if (this.random.chance(this.faultRate / 4)) {
      const flush = this.random.chance(0.5)
      this.count(flush ? 'flush' : 'rollback')
      this.cache.books = flush ? new Map() : new Map(this.earlier)
      if (flush) this.cache.replacing.clear()
    }
    if (this.cache.books.size > 0 && this.random.chance(this.faultRate / 4)) {
      const [symbol, held] = this.random.pick([...this.cache.books])
      this.count('damage')
      // A part of the book is gone, or its base cannot be read.
      const isGone = held.base === undefined || this.random.chance(0.5)
      if (!isGone) this.count('undecodable')
      this.cache.books.set(symbol, isGone ? { ...held, damaged: true } : { ...held, base: Buffer.from('no snapshot') })
    }
  }

  /** An operator resumes what is parked, too early at times. */
  private operate(): void {
    for (const [symbol, state] of this.published.states) {
      if (state.kind !== 'parked' || (this.faulty && !this.random.chance(0.02))) continue
      this.count('resumed')
      this.published.states.set(symbol, { ...state, kind: 'recovering' })
    }
  }

  fate(label: string): Fate {
    if (!this.faulty || !this.random.chance(this.faultRate / 2)) return 'continues'
    const what = this.random.chance(0.5) ? 'crashes' : 'pauses'
    this.count(`${what} at ${label}`)
    return what
  }

  async problems(): Promise<string[]> {
    const { script, cache, published } = this
    const problems = [...published.faults, ...(await differences(script, cache, published))]
    problems.push(...scheduleDifferences(script, published))
    const letters = this.deadLetters.size
    if (letters !== script.deadLetters) problems.push(`${letters} dead letters, not ${script.deadLetters}`)
    return problems
  }

  /** For most orders, ingest stores a pending record before it writes the line. */
  private enterPending(): void {
    for (const commands of this.script.commands.values()) {
      for (const { command, timestampMs } of commands) {
        if (command.kind !== 'PlaceOrder' || this.random.chance(0.3)) continue
        const record = pendingOrder(command, timestampMs)
        this.published.orders.set(`${record.account}/${record.orderId}`, record)
      }
    }
  }
}
