/**
 * In a quiet market no command passes the time to a book. So this submits one to each symbol in which an order expires.
 */

import type { Command } from '../protocol/command/commands.ts'
import type { ExchangeMatcher } from './exchange-matcher.ts'

export interface ExpiryPorts {
  nowMs(): number
  /** Calls `call` once, later. Returns a function that prevents it. */
  later(delayMs: number, call: () => void): () => void
  onTrouble(what: string, cause: unknown): void
}

const RETRY_MS = 1_000
/** The longest time between two looks at the clock while an order may expire. A timer alone would miss a step. */
const CHECK_MS = 1_000

export class ExpiryTimer {
  private readonly matcher: Pick<ExchangeMatcher, 'nextExpiryMs' | 'symbolsExpiring'>
  private readonly ports: ExpiryPorts
  private readonly submit: (commands: readonly Command[], lines: Uint8Array) => Promise<unknown>
  private stop: (() => void) | undefined
  private dueMs = Number.POSITIVE_INFINITY

  constructor(
    matcher: ExpiryTimer['matcher'],
    ports: ExpiryPorts,
    submit: (commands: readonly Command[], lines: Uint8Array) => Promise<unknown>,
  ) {
    this.matcher = matcher
    this.ports = ports
    this.submit = submit
  }

  /** The caller calls this after each record. */
  schedule(): void {
    const dueMs = this.matcher.nextExpiryMs()
    if (dueMs === this.dueMs) return
    this.dueMs = dueMs
    this.cancel()
    if (dueMs === Number.POSITIVE_INFINITY) return
    const delayMs = Math.min(Math.max(dueMs - this.ports.nowMs(), 0) + 1, CHECK_MS)
    this.stop = this.ports.later(delayMs, () => this.expire())
  }

  cancel(): void {
    this.stop?.()
    this.stop = undefined
  }

  private expire(): void {
    this.dueMs = Number.NaN
    const commands = this.matcher
      .symbolsExpiring(this.ports.nowMs())
      .map((symbol) => ({ kind: 'AdvanceTime', symbol }) as const)
    if (commands.length === 0) {
      this.schedule()
      return
    }
    const lines = new TextEncoder().encode(commands.map((command) => `${JSON.stringify(command)}\n`).join(''))
    this.submit(commands, lines).catch((cause) => {
      this.ports.onTrouble('the time could not be advanced; trying again', cause)
      this.stop = this.ports.later(RETRY_MS, () => this.schedule())
    })
  }
}
