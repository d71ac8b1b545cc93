/** The state of the connection, its round trip, and what the client had to repair. */

import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { ConnectionState } from '../../../src/client/connection.ts'
import type { ExchangeClient } from '../../../src/client/exchange-client.ts'
import { client } from './session.ts'

/** refused: no attempt can succeed, because the browser has no WebSocket or the address is wrong. */
export type LinkState = 'connecting' | 'live' | 'lost' | 'refused'

export interface Link {
  readonly state: LinkState
  readonly sinceMs: number
  readonly roundTripMs: number | undefined
  /** Connections that were lost. */
  readonly lost: number
  /** Gaps in messages and books with a wrong checksum; each was repaired. */
  readonly gaps: number
  readonly checksums: number
  readonly failure: string | undefined
}

/** The round trip is measured as often while the page is visible. */
const MEASURE_MS = 5_000
/** Clocks that differ by less are taken to be equal. */
const CLOCK_MS = 2_000

const present = signal<Link>({
  state: 'connecting',
  sinceMs: Date.now(),
  roundTripMs: undefined,
  lost: 0,
  gaps: 0,
  checksums: 0,
  failure: undefined,
})
/** What the clock of the exchange shows beyond that of the browser, in milliseconds; 0 before it is known. */
const clockOffset = signal(0)
const bookReceivedMs = signal(Date.now())
const clock = signal(Date.now())

/** Milliseconds since 1970. Changes each second while the page is visible. */
export const nowMs: ReadonlySignal<number> = clock
export const connection: ReadonlySignal<Link> = present
export const clockOffsetMs: ReadonlySignal<number> = clockOffset
/** The time of the exchange, which decides whether an order has expired. */
export const exchangeTimeMs = (): number => Date.now() + clockOffset.peek()
/** Only the state, for what does not show the figures. */
export const linkState: ReadonlySignal<LinkState> = computed(() => present.value.state)
/** Time since the last message of the book. Changes each second. */
export const feedAgeMs: ReadonlySignal<number> = computed(() => Math.max(0, nowMs.value - bookReceivedMs.value))

/** For the market: the book has changed. */
export function noteBookReceived(atMs: number): void {
  bookReceivedMs.value = atMs
}

export function startConnection(): void {
  setInterval(() => {
    if (document.visibilityState === 'visible') clock.value = Date.now()
  }, 1_000)
  effect(() => {
    const { value } = client
    if (value === undefined) return
    const look = (): void => {
      show(value)
      void measure(value)
    }
    look()
    const endState = value.onState(look)
    const timer = setInterval(() => void measure(value), MEASURE_MS)
    return () => {
      endState()
      clearInterval(timer)
    }
  })
  // The counts of repairs have no event of their own.
  effect(() => {
    void nowMs.value
    const value = client.peek()
    if (value !== undefined) show(value)
  })
}

async function measure(asked: ExchangeClient): Promise<void> {
  if (document.visibilityState !== 'visible' || asked.state !== 'open') return
  const startMs = performance.now()
  const { lost } = asked.counts
  let time: string
  try {
    time = await asked.time()
  } catch {
    return
  }
  // A question that was asked again after a lost connection has waited for the connection.
  if (asked !== client.peek() || asked.counts.lost !== lost) return
  const roundTripMs = performance.now() - startMs
  show(asked, roundTripMs)
  const offsetMs = Date.parse(time) + roundTripMs / 2 - Date.now()
  // Changes only by more than a network explains, so that it stays the same while the clocks do.
  if (Math.abs(offsetMs - clockOffset.peek()) > CLOCK_MS)
    clockOffset.value = Math.abs(offsetMs) > CLOCK_MS ? offsetMs : 0
}

function show(from: ExchangeClient, measuredMs?: number): void {
  const before = present.peek()
  const { lost, gaps, checksums, roundTripMs: firstMs } = from.counts
  const state = linkStateOf(from.state, before.state)
  const isNew = state !== before.state
  const roundTripMs = state === 'live' ? (measuredMs ?? (isNew ? firstMs : (before.roundTripMs ?? firstMs))) : undefined
  const failure = from.lastFailure
  const next: Link = {
    state,
    sinceMs: isNew ? Date.now() : before.sinceMs,
    roundTripMs,
    lost,
    gaps,
    checksums,
    failure,
  }
  const names = Object.keys(next) as (keyof Link)[]
  if (names.some((name) => next[name] !== before[name])) present.value = next
}

/** An attempt after a lost connection still shows that it was lost. */
export function linkStateOf(state: ConnectionState, before: LinkState): LinkState {
  switch (state) {
    case 'open':
      return 'live'
    case 'closed':
      return 'refused'
    default:
      return before === 'live' || before === 'lost' ? 'lost' : 'connecting'
  }
}
