/** The tickers of all instruments, for the list of symbols. They are read only while something shows them. */

import { type ReadonlySignal, signal } from '@preact/signals'
import type { Ticker } from '../../../src/client/messages.ts'
import { get } from '../session/session.ts'

const READ_MS = 2_000

const present = signal<ReadonlyMap<string, Ticker>>(new Map())
let followers = 0
/** The first follower begins another round; a read of the round before does not go on. */
let round = 0
let timer: ReturnType<typeof setTimeout> | undefined

export const tickers: ReadonlySignal<ReadonlyMap<string, Ticker>> = present

/** Reads them now and then every two seconds. Returns the function that ends it. */
export function followTickers(): () => void {
  if (followers++ === 0) void readOn(++round)
  return () => {
    if (--followers === 0) clearTimeout(timer)
  }
}

async function readOn(present: number): Promise<void> {
  if (document.visibilityState === 'visible') await read()
  if (followers > 0 && present === round) timer = setTimeout(() => void readOn(present), READ_MS)
}

async function read(): Promise<void> {
  try {
    const { tickers: rows } = (await get('/ticker')) as { tickers: readonly (Ticker & { symbol: string })[] }
    present.value = new Map(rows.map((row) => [row.symbol, row]))
  } catch {
    // The list shows what was read before.
  }
}
