/**
 * The demo market: whether the exchange offers one, and whether it runs. `/health` says both, on every exchange, so an
 * exchange without one is never asked for it.
 */

import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { ExchangeProblem } from '../../src/client/errors.ts'
import { notify } from './page/notices.ts'
import { linkState } from './session/connection.ts'
import { get, noteOperator, send } from './session/session.ts'
import { sentenceOf } from './text/words.ts'

export interface DemoInfo {
  readonly running: boolean
  readonly seed: number | undefined
  /** Commands a second. */
  readonly rate: number | undefined
}

/** An operator may start it elsewhere. */
const REFRESH_MS = 10_000

const present = signal<DemoInfo | undefined>(undefined)
const presentBusy = signal(false)

/** undefined: the exchange offers none, or it is not known yet. */
export const demoMarket: ReadonlySignal<DemoInfo | undefined> = present
/** A start or a stop is under way. */
export const demoBusy: ReadonlySignal<boolean> = presentBusy

export function startDemoWatch(): void {
  effect(() => {
    if (linkState.value === 'live') void refresh()
  })
  setInterval(() => {
    if (document.visibilityState === 'visible' && linkState.peek() === 'live') void refresh()
  }, REFRESH_MS)
}

/** What `/health` says of it. */
export function demoOf(health: unknown): DemoInfo | undefined {
  const found = (Object(health) as { demoMarket?: unknown }).demoMarket
  const { running, seed, rate } = Object(found) as Record<string, unknown>
  if (typeof running !== 'boolean') return undefined
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined)
  return { running, seed: number(seed), rate: number(rate) }
}

/** undefined: it runs. Otherwise why not. `anyway`: also beside the orders of others. */
export function startDemo(anyway = false): Promise<DemoFailure | undefined> {
  return change(() => send('POST', '/demo-market', anyway ? { anyway } : {}), 'The demo market runs.')
}

/** undefined: it was stopped. Otherwise why not. */
export function stopDemo(): Promise<DemoFailure | undefined> {
  return change(() => send('DELETE', '/demo-market'), 'The demo market was stopped, and its orders were canceled.')
}

export interface DemoFailure {
  readonly text: string
  /** The exchange has orders of others, so a start has to be told to go on. */
  readonly hasOrders: boolean
}

async function change(call: () => Promise<unknown>, done: string): Promise<DemoFailure | undefined> {
  presentBusy.value = true
  try {
    await call()
    noteOperator(true)
    notify('done', done)
    return undefined
  } catch (cause) {
    const code = cause instanceof ExchangeProblem ? cause.code : undefined
    if (code === 'forbidden') noteOperator(false)
    return { text: sentenceOf(cause).text, hasOrders: code === 'directory_has_orders' }
  } finally {
    presentBusy.value = false
    await refresh()
  }
}

async function refresh(): Promise<void> {
  try {
    const found = demoOf(await get('/health'))
    const before = present.peek()
    if (found?.running !== before?.running || found?.seed !== before?.seed || found?.rate !== before?.rate) {
      present.value = found
    }
  } catch {
    // A failing exchange says nothing of it; the next look does.
  }
}
