/**
 * Answers the questions of other threads in turns: a question gets one step, then the next question gets one. A turn
 * of the event loop spends at most {@link TURN_MS} on them. So a long question delays neither a short one nor the
 * other work of the thread, such as orders and the sync of the log.
 */

import type { Paced } from '../../../ports/paced.ts'
import type { Answered, Asked } from './core-messages.ts'

/** Time for questions in one turn of the event loop. An order waits for at most two such turns. */
const TURN_MS = 1

interface Open {
  readonly id: number
  readonly work: Paced<unknown>
}

export class QuestionTurns {
  private readonly post: (message: Answered) => void
  private readonly open: Open[] = []
  private running = false

  constructor(post: (message: Answered) => void) {
    this.post = post
  }

  add({ id }: Pick<Asked, 'id'>, work: Paced<unknown>): void {
    this.open.push({ id, work })
    this.wake()
  }

  private wake(): void {
    if (this.running || this.open.length === 0) return
    this.running = true
    setImmediate(() => {
      this.running = false
      const until = performance.now() + TURN_MS
      do this.step(this.open.shift() as Open)
      while (this.open.length > 0 && performance.now() < until)
      this.wake()
    })
  }

  private step(open: Open): void {
    const { id, work } = open
    try {
      const step = work.next()
      if (step.done === true) this.post({ kind: 'answer', id, answer: step.value })
      else this.open.push(open)
    } catch (cause) {
      this.post({ kind: 'answerFailed', id, message: String((cause as Error)?.message ?? cause) })
    }
  }
}
