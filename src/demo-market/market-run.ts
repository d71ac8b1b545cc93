/**
 * One run of the demo market. It cancels what its accounts have open, opens the markets, and then sends the commands
 * of the generator at the chosen rate. A batch is sent when the one before has been answered, so that nothing queues
 * in a busy exchange. After a failure the same batch is sent again, with the same order ids. A rejected command is
 * counted, and nothing else happens.
 */

import { openOrderIds } from '../entry/cancel-orders.ts'
import type { EntryPorts } from '../entry/entry-ports.ts'
import { submitCommands } from '../entry/submit-commands.ts'
import type { Receipt } from '../ports/order-entry.ts'
import type { CancelOrder, Command } from '../protocol/command/commands.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { BATCH_ORDERS_MAX, FAILURE_RETRY_AFTER_MS } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { DEMO_ACCOUNTS } from './demo-accounts.ts'
import type { DemoCommand } from './demo-command.ts'
import type { DemoGenerator } from './generator.ts'
import { orderCommands } from './order-commands.ts'
import { Pace } from './pace.ts'

/** Time between two looks at the clock: short, because a person sees ten batches a second as steps. */
const TICK_MS = 20
/** How long a batch waits for its outcome. */
const WAIT_MS = 5_000
/**
 * Fills of other people's orders are taken for own ones, so an order that the generator takes to be filled may be
 * open. Such orders are looked for after this many commands: each lookup lists all open orders of the demo market.
 */
const LOOKS_AFTER_COMMANDS = 2_000

export interface RunCounts {
  readonly commands: number
  readonly rejected: number
}

export class MarketRun {
  private readonly ports: EntryPorts
  private readonly generator: DemoGenerator
  private readonly pace: Pace
  private readonly looksAfter: number
  private stopping = false
  private commands = 0
  private rejected = 0
  private wake: () => void = () => {}
  private sinceLook = 0

  /** `looksAfter`: commands between two looks for forgotten orders. */
  constructor(ports: EntryPorts, generator: DemoGenerator, rate: number, looksAfter = LOOKS_AFTER_COMMANDS) {
    this.ports = ports
    this.generator = generator
    this.looksAfter = looksAfter
    this.pace = new Pace(rate, BATCH_ORDERS_MAX, performance.now())
  }

  get counts(): RunCounts {
    return { commands: this.commands, rejected: this.rejected }
  }

  /** Cancels what earlier runs have left, and opens the markets. Throws OperationalFailure. */
  async open(): Promise<void> {
    await cancelAll(this.ports)
    const opening = this.generator.opening()
    for (let i = 0; i < opening.length && !this.stopping; i += BATCH_ORDERS_MAX) {
      await this.submit(opening.slice(i, i + BATCH_ORDERS_MAX))
    }
  }

  /** Sends commands until {@link stop}. Throws OperationalFailure if the exchange accepts none any more. */
  async send(): Promise<void> {
    const { pace, generator } = this
    while (!this.stopping) {
      const due = pace.due(performance.now())
      if (due === 0) {
        await this.sleep(TICK_MS)
        continue
      }
      const batch: DemoCommand[] = []
      while (batch.length < due) batch.push(...generator.next())
      pace.sent(batch.length)
      await this.submit(batch)
      this.sinceLook += batch.length
      if (this.sinceLook >= this.looksAfter) await this.cancelForgotten()
    }
  }

  /** Ends {@link send} after the batch in flight. */
  stop(): void {
    this.stopping = true
    this.wake()
  }

  private async submit(batch: readonly DemoCommand[]): Promise<void> {
    let commands: readonly Command[] = orderCommands(this.ports, batch)
    this.count(batch.length - commands.length, batch.length - commands.length)
    while (commands.length > 0 && !this.stopping) commands = await this.attempt(commands)
  }

  /** Sends commands once, and returns those that have to be sent again after a failure. */
  private async attempt(commands: readonly Command[]): Promise<readonly Command[]> {
    let receipts: Receipt[]
    try {
      receipts = await this.ports.orderEntry.submit(commands, WAIT_MS)
    } catch (cause) {
      await this.pauseAfter(cause)
      return commands
    }
    const failed = commands.filter((_, i) => receipts[i].kind === 'failed')
    const rejected = receipts.filter((receipt) => isRejected(receipt)).length
    this.count(commands.length - failed.length, rejected)
    const first = receipts.find((receipt) => receipt.kind === 'failed')
    if (first !== undefined) await this.sleep(first.retryAfterMs ?? FAILURE_RETRY_AFTER_MS)
    return failed
  }

  /** Throws the failure if the exchange will accept nothing more. */
  private async pauseAfter(cause: unknown): Promise<void> {
    if (!(cause instanceof OperationalFailure) || cause.code === 'unavailable') throw cause
    await this.sleep(cause.retryAfterMs ?? FAILURE_RETRY_AFTER_MS)
  }

  private count(commands: number, rejected: number): void {
    this.commands += commands
    this.rejected += rejected
  }

  /** Cancels orders that are open although the generator takes them to be filled. A stop ends only the repeats. */
  private async cancelForgotten(): Promise<void> {
    this.sinceLook = 0
    for (const account of DEMO_ACCOUNTS) {
      let open: Map<string, string>
      try {
        open = await openOrderIds(this.ports, account)
      } catch (cause) {
        // The next look finds them too.
        if (cause instanceof OperationalFailure) return
        throw cause
      }
      const known = this.generator.openOrders(account)
      let forgotten: readonly Command[] = [...open]
        .filter(([orderId]) => !known.has(orderId))
        .map(([orderId, symbol]): CancelOrder => ({ kind: 'CancelOrder', symbol, account, orderId }))
      while (forgotten.length > 0) {
        forgotten = await this.attempt(forgotten)
        if (this.stopping) break
      }
    }
  }

  private sleep(ms: number): Promise<void> {
    if (this.stopping) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** Whether the exchange has rejected a command. A canceled rest of an order that takes is none. */
function isRejected(receipt: Receipt): boolean {
  if (receipt.kind === 'refused' || receipt.kind === 'conflict') return true
  if (receipt.kind !== 'accepted') return false
  return receipt.outcome?.rejection !== undefined || receipt.outcome?.order?.status === 'REJECTED'
}

/** Cancels every open order of the demo market. Throws OperationalFailure. */
export async function cancelAll(ports: EntryPorts): Promise<void> {
  const commands = DEMO_ACCOUNTS.map((account): Command => ({ kind: 'CancelAllOrders', account }))
  const submitted = await submitCommands(ports, commands, { waitMs: WAIT_MS })
  if (submitted instanceof Rejection) throw new Error(`a cancel of all orders was rejected: ${submitted.code}`)
}
