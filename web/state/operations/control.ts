/** What operators do to an instrument: halt, resume, price band. A failure comes back as a sentence. */

import { ExchangeProblem } from '../../../src/client/errors.ts'
import { type Instrument, refreshInstruments } from '../market/instruments.ts'
import { notify } from '../page/notices.ts'
import { noteOperator, send } from '../session/session.ts'
import { type Said, sentenceOf, sentenceOfCode } from '../text/words.ts'
import { type Band, bandFault } from './band-fault.ts'
import { readBooks } from './operations.ts'

/** An accepted change is applied within this time, unless the exchange is busy. */
const APPLIED_MS = 250

/** undefined: the exchange has accepted it. */
export function setPhase(symbol: string, phase: 'HALTED' | 'CONTINUOUS', reason: string): Promise<Said | undefined> {
  return change(symbol, { phase }, reason, phase === 'HALTED' ? `${symbol} is halted.` : `${symbol} trades again.`)
}

/** undefined: the exchange has accepted it. A band that it would reject is not sent. */
export async function setBand(instrument: Instrument, band: Band, reason: string): Promise<Said | undefined> {
  const fault = bandFault(instrument, band)
  if (fault !== undefined) return sentenceOfCode(fault, instrument)
  const { symbol } = instrument
  const { low, high } = band
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
