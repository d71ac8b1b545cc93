/** The instruments of the exchange, and the one on the screen. Its phase follows the book, which tells each change. */

import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { TradingPhase } from '../../../src/protocol/command/trading-phases.ts'
import { parseStep, type Step } from '../../../src/protocol/units.ts'
import { symbol, watchList } from '../page/settings.ts'
import { linkState } from '../session/connection.ts'
import { client, get } from '../session/session.ts'
import type { InstrumentTerms } from '../text/problem-words.ts'
import { livePhase } from './market.ts'

/** As `GET /instruments` shows it. */
interface ListedInstrument extends InstrumentTerms {
  readonly base: string
  readonly quote: string
  readonly phase: TradingPhase
  readonly closed: boolean
}

export interface Instrument extends ListedInstrument {
  readonly tick: Step
  readonly lot: Step
}

/** An operator may define instruments at any time. */
const REFRESH_MS = 60_000

const RETRY_MS = 2_000
let retry: ReturnType<typeof setTimeout> | undefined

const known = signal<ReadonlyMap<string, Instrument>>(new Map())
const state = signal<'loading' | 'ready' | 'failed'>('loading')

export const instruments: ReadonlySignal<ReadonlyMap<string, Instrument>> = known
/** failed: they could not be read, which is tried again. */
export const instrumentsState: ReadonlySignal<'loading' | 'ready' | 'failed'> = state

const listed = computed(() => known.value.get(symbol.value))

/** The one on the screen. */
export const instrument: ReadonlySignal<Instrument | undefined> = computed(() => {
  const { value } = listed
  const phase = livePhase.value
  return value === undefined || phase === undefined || phase === value.phase ? value : { ...value, phase }
})

/** Reads them anew. Never rejects. */
export async function refreshInstruments(): Promise<void> {
  try {
    const { instruments: rows } = (await get('/instruments')) as { instruments: readonly ListedInstrument[] }
    const readable = rows.flatMap(withSteps)
    known.value = new Map(readable.map((row) => [row.symbol, row]))
    state.value = 'ready'
    if (!known.peek().has(symbol.peek())) symbol.value = firstSymbol(readable, watchList.peek())
  } catch {
    // Without instruments the screen shows nothing, so they are asked for again soon.
    if (state.peek() === 'ready') return
    state.value = 'failed'
    clearTimeout(retry)
    retry = setTimeout(() => void refreshInstruments(), RETRY_MS)
  }
}

export function startInstruments(): void {
  effect(() => {
    // Another key may see what the one before could not; and a restarted exchange may have other instruments.
    if (client.value !== undefined && linkState.value === 'live') void refreshInstruments()
  })
  void refreshInstruments()
  setInterval(() => document.visibilityState === 'visible' && void refreshInstruments(), REFRESH_MS)
}

/** Empty: a newer exchange has steps that this screen cannot count in. It shows the other instruments. */
function withSteps(row: ListedInstrument): Instrument[] {
  try {
    return [{ ...row, tick: parseStep(row.tickSize), lot: parseStep(row.lotSize) }]
  } catch {
    return []
  }
}

/** The first that is watched, or else the first that is open. */
export function firstSymbol(
  rows: readonly Pick<ListedInstrument, 'symbol' | 'closed'>[],
  watched: readonly string[],
): string {
  const open = rows.filter(({ closed }) => !closed)
  const first = open.find((row) => watched.includes(row.symbol)) ?? open[0] ?? rows[0]
  return first?.symbol ?? ''
}
