/**
 * What the ticket contains before it is sent: text as typed, by field. It belongs to the instrument on the screen, so a
 * change of the instrument clears price and quantity: a price of another instrument must never be sent.
 */

import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import { PRICE_TICKS_MAX } from '../../../src/protocol/limits.ts'
import type { Side } from '../../../src/protocol/order/order-words.ts'
import { countSteps, formatStepsShort } from '../../../src/protocol/units.ts'
import { type Instrument, instrument } from '../market/instruments.ts'
import { book, ticker } from '../market/market.ts'
import { showTicket } from '../page/layout.ts'
import { symbol } from '../page/settings.ts'
import { nudge, nudgeShort, valueText } from '../text/steps.ts'
import { type ChosenTerms, kindOf, ORDER_KINDS, ticketFields, timeInForceOf } from './order-table.ts'
import { type FieldErrors, quantityOf, type TicketEntry } from './ticket-check.ts'

export const draft = {
  side: signal<Side>('BUY'),
  /** The id of a row of the order table. */
  kind: signal<string>(ORDER_KINDS[0].id),
  /** Text as typed, by the name of a field in requests. */
  fields: signal<Readonly<Record<string, string>>>({}),
  unit: signal<'base' | 'quote'>('base'),
  /** A sentence for each field that is wrong. It stays until the field is changed. */
  errors: signal<FieldErrors>({}),
}

/** The field of the ticket that shall have the focus; another number asks again. */
export interface FocusRequest {
  readonly field: string
  readonly number: number
}
const wantedFocus = signal<FocusRequest>({ field: '', number: 0 })
export const focusRequest: ReadonlySignal<FocusRequest> = wantedFocus

/** Type and time in force that are chosen. */
export const terms: ReadonlySignal<ChosenTerms> = computed(() => {
  const kind = kindOf(draft.kind.value)
  return { kind, timeInForce: timeInForceOf(kind, draft.fields.value.timeInForce) }
})

export const entry: ReadonlySignal<TicketEntry> = computed(() => ({
  side: draft.side.value,
  terms: terms.value,
  values: draft.fields.value,
  unit: draft.unit.value,
}))

export function setField(name: string, text: string): void {
  batch(() => {
    draft.fields.value = { ...draft.fields.peek(), [name]: text }
    clearError(name)
    // A conversion depends on the price.
    if (name === 'price' && draft.unit.peek() === 'quote') clearError('quantity')
  })
}

export function setKind(id: string): void {
  batch(() => {
    draft.kind.value = kindOf(id).id
    draft.errors.value = {}
  })
}

export function setSide(side: Side): void {
  draft.side.value = side
}

export function clearError(name: string): void {
  const errors = draft.errors.peek()
  if (errors[name] === undefined) return
  const { [name]: _, ...others } = errors
  draft.errors.value = others
}

/** A price was chosen. A type without a price becomes one with a price, and the ticket comes into view. */
export function usePrice(price: string, side?: Side): void {
  batch(() => {
    if (side !== undefined) draft.side.value = side
    if (!hasField('price')) setKind(ORDER_KINDS[0].id)
    setField('price', price)
    showTicket()
  })
}

const hasField = (name: string): boolean => ticketFields(terms.peek()).some((field) => field.name === name)

/** Brings the ticket into view, with the focus in its first empty field. */
export function focusTicket(side: Side): void {
  draft.side.value = side
  focusField(hasField('price') && (draft.fields.peek().price ?? '') === '' ? 'price' : 'quantity')
}

export function focusField(name: string): void {
  showTicket()
  wantedFocus.value = { field: hasField(name) ? name : 'quantity', number: wantedFocus.peek().number + 1 }
}

/** Moves a price or a quantity by a number of ticks or lots. */
export function stepField(name: 'price' | 'quantity', by: number): void {
  const present = instrument.peek()
  if (present === undefined) return
  const text = draft.fields.peek()[name] ?? ''
  if (name === 'price') setField('price', nudge(text, by, present.tick, PRICE_TICKS_MAX, startPrice(present)))
  else if (draft.unit.peek() === 'base')
    setField('quantity', nudgeShort(text, by, present.lot, lotsMax(present), startQuantity(present)))
}

/** Where an empty price begins: the best price of the own side, then of the other, then the last price. */
function startPrice({ tickSize }: Instrument): string {
  const { bids, asks } = book.peek()
  const [own, other] = draft.side.peek() === 'BUY' ? [bids, asks] : [asks, bids]
  return own[0]?.[0] ?? other[0]?.[0] ?? ticker.peek().ticker?.last ?? tickSize
}

const startQuantity = ({ minQuantity, lotSize }: Instrument): string => minQuantity ?? lotSize

function lotsMax({ quantityMax, lot }: Instrument): number {
  const count = countSteps(quantityMax, lot)
  return typeof count === 'number' ? count : Number.MAX_SAFE_INTEGER
}

/** Enters the quantity in the other currency, converted exactly and rounded down. */
export function switchUnit(): void {
  const present = instrument.peek()
  const to = draft.unit.peek() === 'base' ? 'quote' : 'base'
  const converted = present === undefined ? undefined : convertedQuantity(present)
  batch(() => {
    draft.unit.value = to
    clearError('quantity')
    if (converted !== undefined) setField('quantity', converted)
  })
}

/** undefined: there is no price to convert with, so the text is cleared. */
function convertedQuantity(present: Instrument): string | undefined {
  const { values, unit } = entry.peek()
  if ((values.quantity ?? '') === '') return undefined
  const price = hasField('price') ? countSteps(values.price ?? '', present.tick) : marketPrice(present)
  if (typeof price !== 'number') return ''
  if (unit === 'base') {
    const lots = countSteps(values.quantity, present.lot)
    return typeof lots === 'number' ? valueText(BigInt(lots) * BigInt(price), present.tick, present.lot) : ''
  }
  const context = { instrument: present, book: book.peek(), nowMs: 0, zone: 'utc' as const }
  const lots = quantityOf(entry.peek(), price, context)
  return 'count' in lots ? formatStepsShort(lots.count, present.lot) : ''
}

function marketPrice({ tick }: Instrument): number | undefined {
  const { bids, asks } = book.peek()
  const price = (draft.side.peek() === 'BUY' ? asks : bids)[0]?.[0] ?? ticker.peek().ticker?.last
  const count = countSteps(price ?? '', tick)
  return typeof count === 'number' ? count : undefined
}

export function startDraft(): void {
  let before = symbol.peek()
  effect(() => {
    const { value } = symbol
    if (value === before) return
    before = value
    batch(() => {
      const { price: _price, quantity: _quantity, ...others } = draft.fields.peek()
      draft.fields.value = others
      draft.errors.value = {}
    })
  })
}
