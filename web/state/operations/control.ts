/** What operators do to an instrument: halt, resume, price band. A failure comes back as a sentence. */

import { ExchangeProblem } from '../../../src/client/errors.ts'
import { refreshInstruments } from '../instruments.ts'
import { notify } from '../notices.ts'
import { noteOperator, send } from '../session.ts'
import { type Said, sentenceOf } from '../words.ts'
import { readBooks } from './operations.ts'

export interface Band {
  /** Empty text: no bound. */
  readonly low: string
  readonly high: string
}

/** An accepted change is applied within this time, unless the exchange is busy. */
const APPLIED_MS = 250

/** undefined: the exchange has accepted it. */
export function setPhase(symbol: string, phase: 'HALTED' | 'CONTINUOUS', reason: string): Promise<Said | undefined> {
  return change(symbol, { phase }, reason, phase === 'HALTED' ? `${symbol} is halted.` : `${symbol} trades again.`)
}

/** undefined: the exchange has accepted it. */
export function setBand(symbol: string, { low, high }: Band, reason: string): Promise<Said | undefined> {
  const priceBand = low === '' && high === '' ? null : { ...(low !== '' && { low }), ...(high !== '' && { high }) }
  const done = priceBand === null ? `${symbol} has no price band.` : `The price band of ${symbol} is set.`
  return change(symbol, { priceBand }, reason, done)
}

async function change(symbol: string, what: object, reason: string, done: string): Promise<Said | undefined> {
  try {
    const body = { ...what, ...(reason !== '' && { reason }) }
    await send('PATCH', `/instruments/${encodeURIComponent(symbol)}`, body)
  } catch (cause) {
    if (cause instanceof ExchangeProblem && cause.code === 'forbidden') noteOperator(false)
    return sentenceOf(cause)
  }
  noteOperator(true)
  await new Promise((resolve) => setTimeout(resolve, APPLIED_MS))
  await Promise.all([refreshInstruments(), readBooks()])
  notify('done', done)
  return undefined
}
