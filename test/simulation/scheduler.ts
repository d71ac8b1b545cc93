/**
 * Runs actors step by step, in an order that a seed decides. An actor is a process. Each of its operations
 * waits at a point, and the scheduler releases one point at a time. At a point the actor may also crash: it
 * never continues. Or it may pause: its caller gives it up, and it continues much later without knowing. The
 * run depends on the seed only: the trace of points has a hash, and the same seed gives the same hash.
 */

import { createHash } from 'node:crypto'
import type { Random } from '../e2e/random.ts'

export interface Actor {
  readonly name: string
  crashed: boolean
  /** None of its points is released before this step. */
  pausedUntil: number
  /** Called when it crashes or pauses. */
  lost: () => void
}

/** What happens to an actor at a point. */
export type Fate = 'continues' | 'crashes' | 'pauses'

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

  /** Waits until the scheduler releases this point. Never resolves for a crashed actor. */
  point(actor: Actor, label: string): Promise<void> {
    return new Promise((resume) => {
      if (!actor.crashed) this.waiting.push({ actor, label, resume })
    })
  }

  /** Chooses one point and does what `fate` returns for it. Returns false if no actor waits. */
  async next(fate: (actor: Actor, label: string) => Fate): Promise<boolean> {
    this.step++
    const ready = this.waiting.filter(({ actor }) => actor.pausedUntil <= this.step)
    if (ready.length === 0) {
      // Only paused actors are left: they continue.
      for (const { actor } of this.waiting) actor.pausedUntil = 0
      await settled()
      return this.waiting.length > 0
    }
    const chosen = ready[this.random.below(ready.length)]
    const what = fate(chosen.actor, chosen.label)
    this.trace.update(`${chosen.actor.name} ${chosen.label} ${what}\n`)
    if (what === 'continues') {
      this.waiting.splice(this.waiting.indexOf(chosen), 1)
      chosen.resume()
    } else if (what === 'crashes') {
      this.crash(chosen.actor)
    } else {
      chosen.actor.pausedUntil = this.step + 1 + this.random.below(400)
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

  private crash(actor: Actor): void {
    actor.crashed = true
    for (let i = this.waiting.length - 1; i >= 0; i--) if (this.waiting[i].actor === actor) this.waiting.splice(i, 1)
    actor.lost()
  }
}

/** Resolves when no promise callback is left to run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
