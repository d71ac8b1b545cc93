/**
 * SIGINT and SIGTERM of an exchange. The first one interrupts the start, or begins the stop. Another one, later than
 * npm would forward it, ends the process at once.
 */

/**
 * Ctrl-C under `npm start` sends SIGINT twice: the terminal sends it, and npm forwards it. The second one must not
 * end the stop. A user who presses Ctrl-C again needs longer than this.
 */
const SAME_SIGNAL_MS = 500

export interface Stop {
  readonly reason: string
  readonly failed: boolean
}

export class StopSignals {
  /** Resolves with the first reason to stop. */
  readonly stopped: Promise<Stop>
  private readonly interrupted = new AbortController()
  private resolve: (stop: Stop) => void = () => {}
  private sinceMs: number | undefined

  /** Before the start, because the first process of a container ignores a signal for which it has no function. */
  constructor() {
    this.stopped = new Promise((resolve) => {
      this.resolve = resolve
    })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.receive(signal))
  }

  /** Aborted by the first signal. */
  get interruption(): AbortSignal {
    return this.interrupted.signal
  }

  fail(reason: string): void {
    this.resolve({ reason, failed: true })
  }

  private receive(signal: string): void {
    if (this.sinceMs !== undefined && performance.now() - this.sinceMs >= SAME_SIGNAL_MS) process.exit(1)
    this.sinceMs ??= performance.now()
    this.interrupted.abort()
    this.resolve({ reason: signal, failed: false })
  }
}
