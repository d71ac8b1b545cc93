/**
 * The event source mapping of a run: it delivers records at least once and in order within a shard, a child after all of
 * its parent. It delivers some batches twice, starts a second invocation beside a first, and gives a batch up that has
 * failed for some time.
 */

import { OperationalFailure } from '../../src/protocol/failure.ts'
import { type SimulatedProcess, startProcess } from './simulated-process.ts'
import { type SimulatedWorld, STEP_MS } from './simulated-world.ts'
import type { Shard } from './stream-script.ts'

/** Longer than a process trusts that the batch before was its own. */
const GIVE_UP_STEPS = 20
const INSTANCES_MAX = 5

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

export class SimulatedMapping {
  private readonly world: SimulatedWorld
  private readonly deliveries: Delivery[]
  private readonly instances: SimulatedProcess[] = []

  constructor(world: SimulatedWorld) {
    this.world = world
    this.deliveries = world.script.shards.map((shard) => ({
      shard,
      checkpoint: 0,
      running: false,
      doneAtStep: 0,
      failures: 0,
    }))
  }

  /** Whether each record is done. */
  get isDone(): boolean {
    return this.deliveries.every(({ shard, checkpoint, running }) => checkpoint === shard.records.length && !running)
  }

  /** Starts an invocation for every shard that has none and may have one. Sometimes it starts a second one. */
  deliver(): void {
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
      const twice = this.world.published.states.size > 0 ? 0.05 : this.world.faultRate / 20
      if (running && !(this.world.faulty && this.world.random.chance(twice))) continue
      if (!running || this.instances.length < INSTANCES_MAX) this.invoke(delivery)
    }
  }

  /** A symbol that waits gets its last record once more. It stands for the heartbeat, which changes nothing else. */
  private beat(delivery: Delivery): void {
    if (this.world.faulty || delivery.running) return
    const last = delivery.shard.records.findLastIndex(({ symbol }) => this.world.published.states.has(symbol))
    if (last >= 0) this.invoke(delivery, last)
  }

  /** The mapping gives a batch up that has failed for some time, and continues after it. */
  private givesUp(delivery: Delivery): boolean {
    const { shard, checkpoint, running, failures, doneAtStep } = delivery
    if (!this.world.faulty || running || failures === 0 || this.world.scheduler.step - doneAtStep < GIVE_UP_STEPS)
      return false
    if (!this.world.random.chance(0.3)) return false
    delivery.checkpoint = Math.min(shard.records.length - 1, checkpoint + 1 + this.world.random.below(4))
    if (delivery.checkpoint === checkpoint) return false
    this.world.count('given up')
    return true
  }

  private invoke(delivery: Delivery, at = delivery.checkpoint): void {
    const { shard } = delivery
    const from =
      this.world.faulty && this.world.random.chance(this.world.faultRate * 2) ? this.world.random.below(at + 1) : at
    const batch = shard.records.slice(from, from + 1 + this.world.random.below(8))
    const instance = this.idleInstance()
    let over = false
    const finish = (done: number): void => {
      if (over) return
      over = true
      delivery.running = false
      // The checkpoint never goes back. A batch that starts before it repeats records that are done.
      if (done > delivery.checkpoint) delivery.doneAtStep = this.world.scheduler.step
      delivery.failures = done > delivery.checkpoint ? 0 : delivery.failures + 1
      delivery.checkpoint = Math.max(delivery.checkpoint, done)
    }
    delivery.running = true
    instance.busy = true
    instance.lost = () => finish(0)
    this.world.count('invocations')
    const deadlineMs = (this.world.scheduler.step + 600) * STEP_MS
    void instance.matcher
      .processBatch(batch, { shardId: shard.name, deadlineMs })
      .then(({ firstFailure, failures }) => {
        instance.busy = false
        const reported = this.world.planted.reported?.(failures.map((failure) => failure.position)) ?? firstFailure
        for (const { cause } of failures) {
          if (cause instanceof OperationalFailure) this.world.count('failed batches')
          else this.world.published.faults.push(`${cause}`)
        }
        const failed = batch.findIndex((record) => record.position === reported)
        finish(from + (failed < 0 ? batch.length : failed))
      })
  }

  private idleInstance(): SimulatedProcess {
    const idle = this.instances.filter(({ busy, crashed, pausedUntil }) => !busy && !crashed && pausedUntil === 0)
    if (idle.length > 0 && !this.world.random.chance(0.15)) return this.world.random.pick(idle)
    const instance = startProcess(this.world, `m${this.instances.length + 1}`)
    this.instances.push(instance)
    return instance
  }
}
