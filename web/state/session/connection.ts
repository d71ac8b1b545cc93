/** The state of the connection, its round trip, and what the client had to repair. */

import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { ConnectionState } from '../../../src/client/connection.ts'
import type { ExchangeClient } from '../../../src/client/exchange-client.ts'
import { client } from './session.ts'

/** refused: the exchange does not know the key, or the browser has no WebSocket. */
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

const present = signal<Link>({
  state: 'connecting',
  sinceMs: Date.now(),
  roundTripMs: undefined,
  lost: 0,
  gaps: 0,
  checksums: 0,
  failure: undefined,
})
const bookReceivedMs = signal(Date.now())
const clock = signal(Date.now())

/** Milliseconds since 1970. Changes each second while the page is visible. */
export const nowMs: ReadonlySignal<number> = clock
export const connection: ReadonlySignal<Link> = present
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
    const look = (): void => show(value)
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
  try {
    await asked.time()
  } catch {
    return
  }
  if (asked === client.peek()) show(asked, performance.now() - startMs)
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
