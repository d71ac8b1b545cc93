/**
 * Work in turns of the event loop: a turn does at most so many pieces of it, in the order of their arrival. So a flood
 * of one kind of work makes no turn long, and other work is done between its pieces.
 */

/** It must not throw. */
export type Work = () => void

export class TurnQueue {
  private readonly perTurn: number
  private waiting: Work[] = []
  private done = 0
  private scheduled = false

  constructor(perTurn: number) {
    this.perTurn = perTurn
  }

  /** Does the work at once, if this turn has room and nothing waits; otherwise in a later turn. */
  add(work: Work): void {
    if (this.waiting.length > 0 || this.done >= this.perTurn) {
      this.addLater(work)
      return
    }
    this.schedule()
    this.done++
    work()
  }

  /** Does the work in a later turn. */
  addLater(work: Work): void {
    this.schedule()
    this.waiting.push(work)
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => this.turn())
  }

  private turn(): void {
    this.scheduled = false
    this.done = 0
    // What is added meanwhile waits for the next turn.
    const end = Math.min(this.perTurn, this.waiting.length)
    while (this.done < end) this.waiting[this.done++]()
    this.waiting.splice(0, end)
    if (this.waiting.length > 0) this.schedule()
  }
}
