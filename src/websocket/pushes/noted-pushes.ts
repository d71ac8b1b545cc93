/**
 * Keeps the notes of late pushes in agreement with what is late after each round. A note is durable before its round
 * ends, so the records of a round that noted nothing come again. A note that could not be removed causes one more
 * wake, which removes it.
 */

import type { LatePush } from '../../ports/late-pushes.ts'
import type { PushPorts } from './push-ports.ts'

export class NotedPushes {
  private readonly ports: Pick<PushPorts, 'late' | 'trouble'>
  /** Notes that exist. An account may have several: other processes have noted it with other symbols. */
  private readonly noted = new Map<string, LatePush>()

  constructor(ports: Pick<PushPorts, 'late' | 'trouble'>) {
    this.ports = ports
  }

  /** A note exists. */
  found(push: LatePush): void {
    this.noted.set(`${push.symbol} ${push.account}`, push)
  }

  /** Another process had a turn, and may have removed notes. */
  forgetAll(): void {
    this.noted.clear()
  }

  /** `late`: all that is late now. Throws OperationalFailure if it could not be noted. */
  async agree(late: readonly LatePush[]): Promise<void> {
    const { ports } = this
    const before = [...this.noted.values()]
    const begun = without(late, before)
    const done = without(before, late)
    if (begun.length > 0) await ports.late.note(begun)
    // Forgotten before they are removed, because a call that fails may have removed them.
    this.noted.clear()
    for (const push of [...without(before, done), ...begun]) this.found(push)
    if (done.length === 0) return
    try {
      await ports.late.remove(done)
    } catch (cause) {
      ports.trouble('notes of late pushes were not removed', cause)
    }
  }
}

/** Those of `some` whose symbol, or whose account, is not among `others`. */
function without(some: readonly LatePush[], others: readonly LatePush[]): LatePush[] {
  const symbols = new Set(others.filter(({ account }) => account === undefined).map(({ symbol }) => symbol))
  const accounts = new Set(others.map(({ account }) => account))
  return some.filter(({ symbol, account }) => !(account === undefined ? symbols.has(symbol) : accounts.has(account)))
}
