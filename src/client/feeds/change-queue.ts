/** The changes that one `for await` loop has not read yet. */

import { TooMuchWaiting } from '../errors.ts'

/** A loop that is so far behind does not read any more. */
const WAITING_MAX = 100_000

/** `all`: each change. `latest`: a loop that is behind gets only the last one. */
export type QueueKind = 'all' | 'latest'

export class ChangeQueue<Change> implements AsyncIterableIterator<Change> {
  private readonly kind: QueueKind
  private readonly onReturn: (queue: ChangeQueue<Change>) => void
  private changes: Change[] = []
  private ended: { readonly cause: Error | undefined } | undefined
  private wake: (() => void) | undefined

  constructor(kind: QueueKind, onReturn: (queue: ChangeQueue<Change>) => void) {
    this.kind = kind
    this.onReturn = onReturn
  }

  add(change: Change): void {
    if (this.kind === 'latest') this.changes.length = 0
    if (this.changes.length >= WAITING_MAX) this.end(new TooMuchWaiting(`${WAITING_MAX} changes were not read`))
    else if (this.ended === undefined) this.changes.push(change)
    this.wake?.()
  }

  /** What is there is read first; then the loop ends, or throws `cause`. */
  end(cause?: Error): void {
    this.ended ??= { cause }
    this.wake?.()
  }

  async next(): Promise<IteratorResult<Change>> {
    while (this.changes.length === 0 && this.ended === undefined) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
    if (this.changes.length > 0) return { done: false, value: this.changes.shift() as Change }
    if (this.ended?.cause !== undefined) throw this.ended.cause
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<Change>> {
    this.end()
    this.changes = []
    this.onReturn(this)
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
