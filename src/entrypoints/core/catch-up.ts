/**
 * Makes the fills and candles of trades that a program without them has stored. A second of it is done before the
 * exchange is ready, which is enough for some hundred thousand trades. The rest follows in short steps beside the
 * orders; until then the reads that need it answer that they are not available yet.
 */

import type { RecordStore } from '../../adapters/embedded/records/record-store.ts'

const AT_START_MS = 1_000
/** A step takes some milliseconds, so that a tenth of the thread is used. */
const PAUSE_MS = 50
const REPORT_MS = 30_000
const RETRY_MS = 1_000

type Report = (message: string, fields: object) => void

/** `isStopping`: the store is about to be closed. */
export function catchUp(
  store: Pick<RecordStore, 'catchUp' | 'symbolsBehind'>,
  report: Report,
  isStopping: () => boolean,
): void {
  const startedMs = performance.now()
  let trades = 0
  /** Makes those of some trades. Returns whether the store could take them. */
  const step = (): boolean => {
    try {
      trades += store.catchUp() ?? 0
      return true
    } catch (cause) {
      report('fills and candles could not be stored; trying again', { error: String(cause) })
      return false
    }
  }
  const done = () => report('fills and candles were made from the stored trades', { trades })
  // Orders do not need them, so a full disk does not keep the exchange from starting.
  while (store.symbolsBehind > 0 && performance.now() - startedMs < AT_START_MS && step());
  if (store.symbolsBehind === 0) {
    if (trades > 0) done()
    return
  }
  const progress = () =>
    report('fills and candles are being made from the stored trades', { trades, symbols: store.symbolsBehind })
  progress()
  let reportedMs = performance.now()
  const later = (): void => {
    if (isStopping()) return
    const pauseMs = step() ? PAUSE_MS : RETRY_MS
    if (store.symbolsBehind === 0) {
      done()
      return
    }
    if (performance.now() - reportedMs >= REPORT_MS) {
      reportedMs = performance.now()
      progress()
    }
    setTimeout(later, pauseMs).unref()
  }
  setTimeout(later, PAUSE_MS).unref()
}
