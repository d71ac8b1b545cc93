/**
 * Turns what is typed in the ticket into an order, or into a sentence for each field that is wrong. It follows the
 * rules of order entry that need no state of the exchange, so that a slip is shown before anything is sent. The
 * exchange checks everything again.
 */

import type { NewOrder } from '../../../src/client/client.ts'
import { compareDecimals } from '../../../src/marketdata/decimal-order.ts'
import { PRICE_TICKS_MAX } from '../../../src/protocol/limits.ts'
import type { Side } from '../../../src/protocol/order/order-words.ts'
import { countSteps, type DecimalFault, formatSteps, formatStepsShort, type Step } from '../../../src/protocol/units.ts'
import type { InstrumentTerms } from '../text/problem-words.ts'
import { lotsAtPrice, valueIn } from '../text/steps.ts'
import { sentenceOfCode } from '../text/words.ts'
import { lotsForValue, type VisibleBook } from './estimate.ts'
import { timeOf } from './expiry.ts'
import { type ChosenTerms, orderOf, type TicketField, ticketFields } from './order-table.ts'

export interface TicketInstrument extends InstrumentTerms {
  readonly base: string
  readonly quote: string
  readonly tick: Step
  readonly lot: Step
}

/** The ticket as it stands. */
export interface TicketEntry {
  readonly side: Side
  readonly terms: ChosenTerms
  /** Text by the name of a field in requests. */
  readonly values: Readonly<Record<string, string>>
  /** Whether the quantity is an amount of the base or of the quote currency. */
  readonly unit: 'base' | 'quote'
}

/** What an entry is checked against. */
export interface CheckContext {
  readonly instrument: TicketInstrument
  /** undefined: not current, so no amount of the quote currency can be converted at market prices. */
  readonly book: VisibleBook | undefined
  readonly nowMs: number
  readonly zone: 'local' | 'utc'
}

export interface CheckedOrder {
  readonly order: NewOrder
  readonly lots: number
  /** In ticks; undefined: a market order. */
  readonly limit: number | undefined
}

/** Sentences by the name of a field. */
export type FieldErrors = Readonly<Record<string, string>>

const PRICE_CODES: Readonly<Record<DecimalFault, string>> = {
  not_a_decimal: 'price_not_a_decimal',
  not_positive: 'price_not_positive',
  off_step: 'price_not_on_tick',
  too_large: 'price_too_large',
}
const QUANTITY_CODES: Readonly<Record<DecimalFault, string>> = {
  not_a_decimal: 'quantity_not_a_decimal',
  not_positive: 'quantity_not_positive',
  off_step: 'quantity_not_on_lot',
  too_large: 'quantity_too_large',
}

type Counted = { readonly count: number } | { readonly error: string }

const said = (code: string, instrument: InstrumentTerms): Counted => ({
  error: sentenceOfCode(code, instrument)?.text ?? code,
})

/** A price in ticks, or what is wrong with it. */
export function checkPrice(text: string, instrument: TicketInstrument): Counted {
  if (text === '') return said('price_required', instrument)
  const count = countUpTo(text, instrument.tick, PRICE_TICKS_MAX)
  return typeof count === 'string' ? said(PRICE_CODES[count], instrument) : { count }
}

/** Too large has precedence over a part of a step, as in order entry. */
function countUpTo(text: string, step: Step, max: number): number | DecimalFault {
  const count = countSteps(text, step)
  if (typeof count === 'number') return count > max ? 'too_large' : count
  return count === 'off_step' && compareDecimals(text, formatSteps(max, step)) > 0 ? 'too_large' : count
}

/** A quantity in lots, or what is wrong with it. */
export function checkQuantity(text: string, instrument: TicketInstrument): Counted {
  if (text === '') return { error: 'Enter a quantity.' }
  const count = countUpTo(text, instrument.lot, lotsIn(instrument.quantityMax, instrument) ?? Number.MAX_SAFE_INTEGER)
  if (typeof count === 'string') return said(QUANTITY_CODES[count], instrument)
  return checkBounds(count, instrument)
}

function lotsIn(text: string | null, { lot }: TicketInstrument): number | undefined {
  const lots = text === null ? undefined : countSteps(text, lot)
  return typeof lots === 'number' ? lots : undefined
}

function checkBounds(count: number, instrument: TicketInstrument): Counted {
  const max = lotsIn(instrument.maxQuantity, instrument) ?? 0
  if (count > (lotsIn(instrument.quantityMax, instrument) ?? Number.MAX_SAFE_INTEGER))
    return said('quantity_too_large', instrument)
  if (count < (lotsIn(instrument.minQuantity, instrument) ?? 0)) return said('quantity_below_minimum', instrument)
  return max > 0 && count > max ? said('quantity_above_maximum', instrument) : { count }
}

/** The bound of the price band that a market order of this side stops at, in ticks. */
export function bandLimit(side: Side, { priceBand, tick }: TicketInstrument): number | undefined {
  const text = side === 'BUY' ? priceBand?.high : priceBand?.low
  const count = text === undefined ? undefined : countSteps(text, tick)
  return typeof count === 'number' ? count : undefined
}

/** Lots for an amount of the quote currency, rounded down: at the limit price, or at the prices of the book. */
function convertQuote(
  text: string,
  side: Side,
  limit: number | undefined,
  { instrument, book }: CheckContext,
): Counted {
  const { tick, lot, quote } = instrument
  if (text === '') return { error: `Enter an amount in ${quote}.` }
  const value = valueIn(text, tick, lot)
  if (value === undefined) return { error: `Amount must be a number such as 1000.` }
  if (limit === undefined && book === undefined) return { error: 'The book is not current. Enter a quantity instead.' }
  const lots =
    limit === undefined
      ? lotsForValue(side, value, book as VisibleBook, instrument, bandLimit(side, instrument))
      : lotsAtPrice(value, limit)
  if (lots > BigInt(Number.MAX_SAFE_INTEGER)) return said('quantity_too_large', instrument)
  if (lots === 0n) return { error: `The amount is below one lot of ${instrument.lotSize}.` }
  return checkBounds(Number(lots), instrument)
}

/** The quantity of the ticket in lots. `limit`: in ticks; undefined for a market order. */
export function quantityOf(entry: TicketEntry, limit: number | undefined, context: CheckContext): Counted {
  const text = entry.values.quantity ?? ''
  if (entry.unit === 'base') return checkQuantity(text, context.instrument)
  return convertQuote(text, entry.side, limit, context)
}

function checkOther(field: TicketField, text: string, { nowMs, zone, instrument }: CheckContext): string | undefined {
  if (field.entry === 'time') {
    if (text === '') return sentenceOfCode('expires_at_required', instrument)?.text
    const time = timeOf(text, zone)
    if (time === undefined) return sentenceOfCode('expires_at_not_a_timestamp', instrument)?.text
    if (time.getTime() <= nowMs) return sentenceOfCode('expires_at_not_in_future', instrument)?.text
  }
  if (field.pattern !== undefined && text !== '' && !field.pattern.test(text)) {
    return `${field.label} may have up to 64 characters, none of them a control character.`
  }
  return undefined
}

/** The order of an entry, or a sentence for each field that is wrong. */
export function checkTicket(
  entry: TicketEntry,
  context: CheckContext,
): { readonly errors: FieldErrors; readonly checked?: CheckedOrder } {
  const { side, terms, values } = entry
  const { instrument, zone } = context
  const errors: Record<string, string> = {}
  const fields = ticketFields(terms)
  const priced = fields.find(({ entry: kind }) => kind === 'price')
  const price = priced === undefined ? undefined : checkPrice(values[priced.name] ?? '', instrument)
  if (priced !== undefined && price !== undefined && 'error' in price) errors[priced.name] = price.error
  const limit = price !== undefined && 'count' in price ? price.count : undefined
  const quantity =
    priced !== undefined && limit === undefined && entry.unit === 'quote'
      ? undefined
      : quantityOf(entry, limit, context)
  if (quantity !== undefined && 'error' in quantity) errors.quantity = quantity.error
  for (const field of fields) {
    const error = checkOther(field, values[field.name] ?? '', context)
    if (error !== undefined) errors[field.name] = error
  }
  if (Object.keys(errors).length > 0 || quantity === undefined || 'error' in quantity) return { errors }
  const exact: Record<string, string> = { ...values, quantity: formatStepsShort(quantity.count, instrument.lot) }
  if (limit !== undefined) exact.price = formatSteps(limit, instrument.tick)
  for (const { name, entry: kind } of fields) {
    if (kind === 'time') exact[name] = timeOf(values[name] ?? '', zone)?.toISOString() ?? ''
  }
  return { errors, checked: { order: orderOf(instrument.symbol, side, terms, exact), lots: quantity.count, limit } }
}
