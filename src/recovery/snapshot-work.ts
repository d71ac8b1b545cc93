/**
 * Makes one snapshot while records are applied. Three parts:
 *
 *   prepare   in steps: checks the ladders of all books, and maps the memory of the copy
 *   freeze    at once, between two records: copies the state, 128 bytes for each open order
 *   encode    in steps, from the copy
 *
 * A turn of the thread has a few steps. Only the copy stops matching.
 */

import { checkLadders } from '../engine/invariants.ts'
import type { Paced } from '../ports/paced.ts'
import type { Snapshot } from '../ports/snapshot-store.ts'
import { invariant } from '../protocol/assert.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { CopySpace } from './copy-space.ts'
import { encodeState, freezeState } from './exchange-snapshot.ts'
import type { ExchangeState } from './exchange-state.ts'

/** A few milliseconds of a turn. */
const STEPS_PER_TURN = 8

export interface SnapshotWorkPorts {
  /** Calls back once, after at least `delayMs`. Returns a function that prevents the call. */
  readonly later: (delayMs: number, call: () => void) => () => void
  /** Memory of the copy that is used from now on, and less than 0 for memory that is free again. */
  readonly onCopyBytes?: (bytes: number) => void
  readonly onSnapshot: (snapshot: Snapshot) => void
  /** The state is too large for a snapshot. */
  readonly onFailed: (cause: OperationalFailure) => void
}

export class SnapshotWork {
  private readonly state: ExchangeState
  private readonly ports: SnapshotWorkPorts
  /** Present until it is used. */
  private space: CopySpace | undefined
  private isPrepared = false
  private cancelTurn: () => void = () => {}
  private readonly copyBytes: number

  constructor(state: ExchangeState, ports: SnapshotWorkPorts) {
    this.state = state
    this.ports = ports
    this.space = new CopySpace(state)
    this.copyBytes = this.space.bytes
    ports.onCopyBytes?.(this.copyBytes)
    this.run(this.prepare(this.space), () => {
      this.isPrepared = true
    })
  }

  /** Whether {@link freeze} may be called: once, after the preparation. */
  get isReady(): boolean {
    return this.isPrepared && this.space !== undefined
  }

  /** Makes the snapshot of the present state. The caller calls this between two records. */
  freeze(): void {
    const { space } = this
    invariant(space !== undefined, 'a snapshot is made of one state')
    this.space = undefined
    const { position } = this.state.matcher
    const { onSnapshot, onFailed } = this.ports
    this.run(
      encodeState(freezeState(this.state, space.copy)),
      (bytes) => {
        this.free()
        onSnapshot({ position, bytes })
      },
      (cause) => {
        this.free()
        onFailed(cause)
      },
    )
  }

  /** For a state that is not needed any more. */
  cancel(): void {
    this.cancelTurn()
    this.free()
  }

  private free(): void {
    this.ports.onCopyBytes?.(-this.copyBytes)
  }

  private *prepare(space: CopySpace): Paced<void> {
    for (const { book } of this.state.matcher.symbols.values()) yield* checkLadders(book)
    yield* space.touch()
  }

  /** Does the steps in turns. Throws BrokenInvariant from a turn: matching must stop. */
  private run<T>(work: Paced<T>, onEnd: (result: T) => void, onFailed?: (cause: OperationalFailure) => void): void {
    this.cancelTurn = this.ports.later(0, () => {
      try {
        for (let i = 0; i < STEPS_PER_TURN; i++) {
          const step = work.next()
          if (step.done === true) return onEnd(step.value)
        }
      } catch (cause) {
        if (!(cause instanceof OperationalFailure) || onFailed === undefined) throw cause
        return onFailed(cause)
      }
      this.run(work, onEnd, onFailed)
    })
  }
}
