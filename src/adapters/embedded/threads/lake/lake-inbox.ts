/** The messages of the core that wait for the lake's thread, in their order. The end of the thread is seen at once. */

import type { ConsumedBytes } from '../market/market-messages.ts'
import type { CoreToLake } from './lake-messages.ts'

/** The core has asked the thread to end. */
export class LakeEnded extends Error {
  override readonly name = 'LakeEnded'
  /** Whether what the thread has is stored before. */
  readonly store: boolean

  constructor(store: boolean) {
    super()
    this.store = store
  }
}

export class LakeInbox {
  private readonly consumed: ConsumedBytes
  private readonly messages: CoreToLake[] = []
  private wake: () => void = () => {}
  /** Present when the core has asked for the end. Messages before it may still wait. */
  ending: LakeEnded | undefined

  constructor(consumed: ConsumedBytes) {
    this.consumed = consumed
  }

  receive(message: CoreToLake): void {
    if (message.kind === 'end') this.ending = new LakeEnded(message.store)
    this.messages.push(message)
    this.wake()
  }

  /** The next message, which counts as consumed. undefined: none waits. */
  take(): CoreToLake | undefined {
    const message = this.messages.shift()
    if (message?.kind === 'events') Atomics.add(this.consumed, 0, message.chunk.length)
    return message
  }

  get isEmpty(): boolean {
    return this.messages.length === 0
  }

  /** Resolves with the next message, or when the time is over. */
  async wait(ms: number): Promise<void> {
    if (!this.isEmpty) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.wake = resolve
      if (ms !== Number.POSITIVE_INFINITY) timer = setTimeout(resolve, ms)
    })
    clearTimeout(timer)
  }

  /** Drops messages up to the first of a kind, which it returns. Throws {@link LakeEnded}. */
  async until(kind: 'feedStarted'): Promise<Extract<CoreToLake, { kind: 'feedStarted' }>> {
    for (;;) {
      const message = this.take()
      if (message?.kind === kind) return message
      if (message === undefined) await this.wait(Number.POSITIVE_INFINITY)
      if (this.ending !== undefined) throw this.ending
    }
  }

  /** Drops the messages of a time. Throws {@link LakeEnded} as soon as the end is asked for. */
  async pause(ms: number): Promise<void> {
    for (const endMs = performance.now() + ms; performance.now() < endMs; ) {
      while (this.take() !== undefined);
      if (this.ending !== undefined) throw this.ending
      await this.wait(endMs - performance.now())
    }
  }
}
