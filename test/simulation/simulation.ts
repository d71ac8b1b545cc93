/**
 * Runs the production matcher of a shard with faults. A seed decides the content of the stream, its delivery
 * and the faults. Records are delivered at least once and in order within a shard, as by Lambda's event source
 * mapping. Invocations crash, or are given up and continue late. The cache is emptied or returns to an earlier
 * state. Every port fails from time to time. After the faults end, the remaining records are delivered and
 * paused invocations continue. The result must then be the same as without faults.
 */

import type { BookCache } from '../../src/ports/book-cache.ts'
import type { Publisher } from '../../src/ports/publisher.ts'
import type { RecordStream } from '../../src/ports/record-stream.ts'
import type { Snapshot } from '../../src/ports/snapshot-store.ts'
import { BrokenInvariant } from '../../src/protocol/assert.ts'
import { OperationalFailure } from '../../src/protocol/failure.ts'
import { pendingOrder } from '../../src/protocol/records.ts'
import type { GapPorts } from '../../src/shard/gap-check.ts'
import type { ParkingPorts } from '../../src/shard/parking.ts'
import { createShardMatcher, type ShardMatcher } from '../../src/shard/shard-matcher.ts'
import { type Random, randomOf } from '../e2e/random.ts'
import { differences, scheduleDifferences } from './expected.ts'
import { CacheState, type Held, memoryBookCache } from './memory-book-cache.ts'
import { memoryCursors, memoryKeptRecords, memoryStates, ParkedState } from './memory-parking.ts'
import { memoryPublisher, PublishedState } from './memory-publisher.ts'
import { memoryStream } from './memory-stream.ts'
import { type Actor, type Fate, Scheduler } from './scheduler.ts'
import { positionOf, type Shard, type StreamScript, writeScript } from './stream-script.ts'

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

export interface RunResult {
  readonly problems: readonly string[]
  readonly hash: string
  /** How often each fault happened, so that a test can check that the faults occur. */
  readonly counts: Readonly<Record<string, number>>
}

const STEPS_MAX = 60_000
/** Of the clock that the matcher sees. A rebuild beside others gets 20 steps, one alone 450. */
const STEP_MS = 100
/** Longer than a process trusts that the batch before was its own. */
const GIVE_UP_STEPS = 20
const INSTANCES_MAX = 5
const COUNTED: ReadonlySet<string> = new Set([
  'recovering',
  'parked',
  'caughtUp',
  'rebuilds',
  'checkpoints',
  'staleCommits',
  'catchUps',
  'duplicates',
])

export async function simulate(seed: number, planted: Planted = {}): Promise<RunResult> {
  return new Simulation(seed, planted).run()
}

interface Instance extends Actor {
  readonly matcher: ShardMatcher
  busy: boolean
}

/** How far the mapping has read a shard. */
interface Delivery {
  readonly shard: Shard
  /** Records before this one are done. */
  checkpoint: number
  running: boolean
  /** When a batch was last done, and how many invocations have failed since. */
  doneAtStep: number
  failures: number
}

class Simulation {
  private readonly random: Random
  private readonly planted: Planted
  private readonly scheduler: Scheduler
  private readonly script: StreamScript
  private readonly deliveries: Delivery[]
  private readonly cache = new CacheState()
  private readonly published = new PublishedState()
  private readonly snapshots = new Map<string, Snapshot[]>()
  private readonly deadLetters = new Set<string>()
  private readonly counts: Record<string, number> = {}
  private readonly instances: Instance[] = []
  private readonly faultsUntil: number
  /** The probability of a fault; each kind of fault uses a fraction or a multiple of it. */
  private readonly faultRate: number
  private earlier = new Map<string, Held>()
  private readonly parked = new ParkedState()
  /** The symbol of which no event can be published now. */
  private broken: string | undefined

  constructor(seed: number, planted: Planted) {
    this.random = randomOf(seed)
    this.planted = planted
    this.scheduler = new Scheduler(this.random)
    this.script = writeScript(this.random, planted.position ?? positionOf)
    this.deliveries = this.script.shards.map((shard) => ({
      shard,
      checkpoint: 0,
      running: false,
      doneAtStep: 0,
      failures: 0,
    }))
    this.faultsUntil = 100 + this.random.below(900)
    this.faultRate = this.random.pick([0.002, 0.01, 0.03])
    this.enterPending()
  }

  async run(): Promise<RunResult> {
    while (this.scheduler.step < STEPS_MAX) {
      this.disturb()
      this.deliver()
      if (!(await this.scheduler.next((actor, label) => this.fate(actor, label))) && this.isDone()) break
    }
    const stuck = [`not done after ${STEPS_MAX} steps`, ...new Set(this.published.faults)]
    const problems = this.isDone() ? await this.problems() : stuck
    return { problems, hash: this.scheduler.hash(), counts: this.counts }
  }

  private get faulty(): boolean {
    return this.scheduler.step < this.faultsUntil
  }

  private isDone(): boolean {
    const isDelivered = ({ shard, checkpoint, running }: Delivery) => checkpoint === shard.records.length && !running
    return this.published.states.size === 0 && this.deliveries.every(isDelivered)
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

  /** Empties the cache, sets it back, loses or damages a book, or breaks a symbol, from time to time. */
  private disturb(): void {
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
      this.cache.books.set(symbol, { ...held, damaged: true })
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

  private fate(_actor: Actor, label: string): Fate {
    if (!this.faulty || !this.random.chance(this.faultRate / 2)) return 'continues'
    const what = this.random.chance(0.5) ? 'crashes' : 'pauses'
    this.count(`${what} at ${label}`)
    return what
  }

  /** Starts an invocation for every shard that has none and may have one. Sometimes it starts a second one. */
  private deliver(): void {
    for (const delivery of this.deliveries) {
      const { shard, checkpoint, running } = delivery
      const parent = this.deliveries.find((other) => other.shard.name === shard.parent)
      if (parent !== undefined && parent.checkpoint < parent.shard.records.length) continue
      if (checkpoint === shard.records.length) {
        this.beat(delivery)
        continue
      }
      if (this.givesUp(delivery)) continue
      // More often while a symbol is aside: one process may end its state while another keeps records.
      const twice = this.published.states.size > 0 ? 0.05 : this.faultRate / 20
      if (running && !(this.faulty && this.random.chance(twice))) continue
      if (!running || this.instances.length < INSTANCES_MAX) this.invoke(delivery)
    }
  }

  /** A symbol that waits gets its last record once more. It stands for the heartbeat, which changes nothing else. */
  private beat(delivery: Delivery): void {
    if (this.faulty || delivery.running) return
    const last = delivery.shard.records.findLastIndex(({ symbol }) => this.published.states.has(symbol))
    if (last >= 0) this.invoke(delivery, last)
  }

  /** The mapping gives a batch up that has failed for some time, and continues after it. */
  private givesUp(delivery: Delivery): boolean {
    const { shard, checkpoint, running, failures, doneAtStep } = delivery
    if (!this.faulty || running || failures === 0 || this.scheduler.step - doneAtStep < GIVE_UP_STEPS) return false
    if (!this.random.chance(0.3)) return false
    delivery.checkpoint = Math.min(shard.records.length - 1, checkpoint + 1 + this.random.below(4))
    if (delivery.checkpoint === checkpoint) return false
    this.count('given up')
    return true
  }

  private invoke(delivery: Delivery, at = delivery.checkpoint): void {
    const { shard } = delivery
    const from = this.faulty && this.random.chance(this.faultRate * 2) ? this.random.below(at + 1) : at
    const batch = shard.records.slice(from, from + 1 + this.random.below(8))
    const instance = this.idleInstance()
    let over = false
    const finish = (done: number): void => {
      if (over) return
      over = true
      delivery.running = false
      // The checkpoint never goes back. A batch that starts before it repeats records that are done.
      if (done > delivery.checkpoint) delivery.doneAtStep = this.scheduler.step
      delivery.failures = done > delivery.checkpoint ? 0 : delivery.failures + 1
      delivery.checkpoint = Math.max(delivery.checkpoint, done)
    }
    delivery.running = true
    instance.busy = true
    instance.lost = () => finish(0)
    this.count('invocations')
    const deadlineMs = (this.scheduler.step + 600) * STEP_MS
    void instance.matcher
      .processBatch(batch, { shardId: shard.name, deadlineMs })
      .then(({ firstFailure, failures }) => {
        instance.busy = false
        const reported = this.planted.reported?.(failures.map((failure) => failure.position)) ?? firstFailure
        for (const { cause } of failures) {
          if (cause instanceof OperationalFailure) this.count('failed batches')
          else this.published.faults.push(`${cause}`)
        }
        const failed = batch.findIndex((record) => record.position === reported)
        finish(from + (failed < 0 ? batch.length : failed))
      })
  }

  private idleInstance(): Instance {
    const idle = this.instances.filter(({ busy, crashed, pausedUntil }) => !busy && !crashed && pausedUntil === 0)
    if (idle.length > 0 && !this.random.chance(0.15)) return this.random.pick(idle)
    const instance = this.newInstance()
    this.instances.push(instance)
    return instance
  }

  private newInstance(): Instance {
    const actor: Actor = { name: `m${this.instances.length + 1}`, crashed: false, pausedUntil: 0, lost: () => {} }
    const visit = async (label: string): Promise<void> => {
      await this.scheduler.point(actor, label)
      if (!this.faulty || !this.random.chance(this.faultRate)) return
      this.count(`refused ${label}`)
      throw new OperationalFailure('unavailable', label, { retryable: true })
    }
    const { planted } = this
    const cache = memoryBookCache(this.cache, visit)
    const publisher = this.breaking(memoryPublisher(this.published, visit))
    const parking = {
      states: memoryStates(this.parked, this.published, visit),
      kept: memoryKeptRecords(this.parked, visit),
    }
    const gaps = { cursors: memoryCursors(this.parked, visit), isInOrder: true }
    const stream = this.recordStream(visit)
    const matcher = createShardMatcher({
      cache: planted.cache?.(cache, this.cache) ?? cache,
      publisher: planted.publisher?.(publisher, this.published) ?? publisher,
      stream: planted.stream?.(stream) ?? stream,
      snapshots: (symbol) => this.snapshotStore(symbol, visit),
      parking: planted.parking?.(parking, this.published) ?? parking,
      gaps: planted.gaps?.(gaps) ?? gaps,
      deadLetters: {
        keep: async (letters) => {
          await visit('dead letter')
          for (const letter of letters) this.deadLetters.add(`${letter.position}#${letter.index}`)
        },
      },
      metrics: {
        add: (name, value) => {
          if (COUNTED.has(name)) this.count(name, value)
        },
      },
      nowMs: () => this.scheduler.step * STEP_MS,
    })
    return Object.assign(actor, { matcher, busy: false })
  }

  private breaking(publisher: Publisher): Publisher {
    return {
      ...publisher,
      publish: async (publication) => {
        if (publication.symbol === this.broken) throw new BrokenInvariant('the symbol is broken')
        return publisher.publish(publication)
      },
    }
  }

  private recordStream(visit: (label: string) => Promise<void>): RecordStream {
    return memoryStream(() => this.script.shards, visit)
  }

  private snapshotStore(symbol: string, visit: (label: string) => Promise<void>) {
    return {
      save: async (snapshot: Snapshot) => {
        await visit('snapshot save')
        this.snapshots.set(symbol, [...(this.snapshots.get(symbol) ?? []), snapshot])
        await visit('snapshot saved')
      },
      latest: async (position: string) => {
        await visit('snapshot load')
        const fitting = (this.snapshots.get(symbol) ?? []).filter((snapshot) => snapshot.position <= position)
        return fitting.sort((a, b) => (a.position < b.position ? -1 : 1)).at(-1)
      },
    }
  }

  private async problems(): Promise<string[]> {
    const { script, cache, published } = this
    const problems = [...published.faults, ...(await differences(script, cache, published))]
    problems.push(...scheduleDifferences(script, published))
    const letters = this.deadLetters.size
    if (letters !== script.deadLetters) problems.push(`${letters} dead letters, not ${script.deadLetters}`)
    return problems
  }

  private count(what: string, times = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + times
  }
}
