/**
 * Runs actors step by step in an order that a seed decides. An actor is a process: whatever it awaits
 * ends at a point, and one point at a time is let go. There it may also die (it never goes on), or
 * fall asleep (its caller gives it up, and it wakes much later, not knowing). The run is a function of
 * the seed: the trace of points has a hash, and the same seed gives the same.
 */

import { createHash } from 'node:crypto'
import type { Random } from '../e2e/random.ts'

export interface Actor {
  readonly name: string
  dead: boolean
  /** No point of it is let go before this step. */
  asleepUntil: number
  /** Told when it died or fell asleep. */
  lost: () => void
}

interface Waiting {
  readonly actor: Actor
  readonly label: string
  readonly resume: () => void
}

export class Scheduler {
  step = 0
  private readonly random: Random
  private readonly waiting: Waiting[] = []
  private readonly trace = createHash('sha256')

  constructor(random: Random) {
    this.random = random
  }

  /** Everything that waits waits here. */
  point(actor: Actor, label: string): Promise<void> {
    return new Promise((resume) => {
      if (!actor.dead) this.waiting.push({ actor, label, resume })
    })
  }

  /** Lets one point go. Answers whether there was one. `fate` decides what becomes of its actor. */
  async next(fate: (actor: Actor, label: string) => 'goes on' | 'dies' | 'sleeps'): Promise<boolean> {
    this.step++
    const ready = this.waiting.filter(({ actor }) => actor.asleepUntil <= this.step)
    if (ready.length === 0) {
      // Nothing else is left: the sleepers wake.
      for (const { actor } of this.waiting) actor.asleepUntil = 0
      await settled()
      return this.waiting.length > 0
    }
    const chosen = ready[this.random.below(ready.length)]
    const what = fate(chosen.actor, chosen.label)
    this.trace.update(`${chosen.actor.name} ${chosen.label} ${what}\n`)
    if (what === 'goes on') {
      this.waiting.splice(this.waiting.indexOf(chosen), 1)
      chosen.resume()
    } else if (what === 'dies') {
      this.kill(chosen.actor)
    } else {
      chosen.actor.asleepUntil = this.step + 1 + this.random.below(400)
      chosen.actor.lost()
    }
    await settled()
    return true
  }

  note(text: string): void {
    this.trace.update(`${text}\n`)
  }

  hash(): string {
    return this.trace.digest('hex').slice(0, 16)
  }

  private kill(actor: Actor): void {
    actor.dead = true
    for (let i = this.waiting.length - 1; i >= 0; i--) if (this.waiting[i].actor === actor) this.waiting.splice(i, 1)
    actor.lost()
  }
}

/** Resolves when every promise that can go on has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
