/** The asking side of a message port: questions with answers, matched by number. */

import { OperationalFailure } from '../../../protocol/failure.ts'
import { READS_IN_FLIGHT_MAX } from '../../../protocol/limits.ts'
import type { Answered, Asked } from './core-messages.ts'

interface Waiting {
  readonly resolve: (answer: never) => void
  readonly reject: (cause: Error) => void
}

/** Questions that are neither refused nor counted: they are not the requests of clients. */
const ALWAYS: readonly string[] = ['stats', 'stop', 'commit']

/** `Questions` has a member for each question, with what it asks and its answer. */
export class QuestionPort<Questions extends { [Q in keyof Questions]: { ask: unknown; answer: unknown } }> {
  private readonly post: (message: Asked) => void
  private nextId = 1
  private readonly waiting = new Map<number, Waiting>()

  constructor(post: (message: Asked) => void) {
    this.post = post
  }

  /** Questions without an answer. */
  get size(): number {
    return this.waiting.size
  }

  /** Rejects with OperationalFailure: overloaded, or unavailable if the other side failed. */
  ask<Q extends keyof Questions & string>(question: Q, ask: Questions[Q]['ask']): Promise<Questions[Q]['answer']> {
    if (this.waiting.size >= READS_IN_FLIGHT_MAX && !ALWAYS.includes(question)) {
      return Promise.reject(new OperationalFailure('overloaded', 'too many reads are in flight', { retryable: true }))
    }
    return new Promise((resolve, reject) => {
      const id = this.nextId++
      this.waiting.set(id, { resolve, reject })
      this.post({ kind: 'ask', id, question, ask })
    })
  }

  receive(message: Answered): void {
    const waiting = this.waiting.get(message.id)
    this.waiting.delete(message.id)
    if (message.kind === 'answer') waiting?.resolve(message.answer as never)
    else waiting?.reject(new OperationalFailure('unavailable', message.message, { retryable: true }))
  }

  /** Rejects all questions that wait for an answer. */
  abandon(failure: OperationalFailure): void {
    const waiting = [...this.waiting.values()]
    this.waiting.clear()
    for (const { reject } of waiting) reject(failure)
  }
}
