/**
 * The lines of figures below the ticket: what the order would cost, its average price, its slippage, what would rest.
 * Each line is a signal of text, so that a change of the book draws only what has changed.
 */

import { computed, type ReadonlySignal } from '@preact/signals'
import { countSteps, formatStepsShort } from '../../../src/protocol/units.ts'
import { type Instrument, instrument } from '../market/instruments.ts'
import { book } from '../market/market.ts'
import { groupThousands } from '../text/format.ts'
import { valueIn, valueText } from '../text/steps.ts'
import { draft, entry } from './draft.ts'
import { averageText, type Estimate, estimate, slippage } from './estimate.ts'
import { mayRest } from './order-table.ts'
import { bandLimit, quantityOf } from './ticket-check.ts'

interface Estimated {
  readonly result: Estimate
  readonly lots: number
  readonly limit: number | undefined
  readonly instrument: Instrument
}

/** undefined: price or quantity cannot be read yet, or the book is not there. */
const estimated: ReadonlySignal<Estimated | undefined> = computed(() => {
  const present = instrument.value
  const shown = book.value
  if (present === undefined || shown.freshness === 'loading') return undefined
  const { value: typed } = entry
  const { hasPrice } = typed.terms.kind
  const price = hasPrice ? countSteps(typed.values.price ?? '', present.tick) : undefined
  if (typeof price === 'string') return undefined
  const quantity = quantityOf(typed, price, { instrument: present, book: shown, nowMs: 0, zone: 'utc' })
  if ('error' in quantity) return undefined
  const limit = price ?? bandLimit(typed.side, present)
  const result = estimate(typed.side, quantity.count, limit, shown, present)
  return { result, lots: quantity.count, limit: price, instrument: present }
})

const NONE = '–'

/** cancel: fill-or-kill, and the book cannot fill it. reject: post-only, and it would trade. Then nothing has a cost. */
const refusal: ReadonlySignal<'cancel' | 'reject' | undefined> = computed(() => {
  const { value } = estimated
  if (value === undefined) return undefined
  const { terms, values } = entry.value
  if (terms.timeInForce === 'FOK' && value.result.rest > 0n) return 'cancel'
  const isPostOnly = values.postOnly === 'true' && mayRest(terms.kind, terms.timeInForce)
  return isPostOnly && value.result.filled > 0n ? 'reject' : undefined
})

/** undefined: nothing would trade and nothing would rest. */
const traded: ReadonlySignal<Estimated | undefined> = computed(() =>
  refusal.value === undefined ? estimated.value : undefined,
)

/** The quantity that would be sent, in lots of the base currency as text; undefined before it is known. */
export const sentQuantity: ReadonlySignal<string | undefined> = computed(() => {
  const { value } = estimated
  return value === undefined ? undefined : formatStepsShort(value.lots, value.instrument.lot)
})

/** Whether an amount of the quote currency is entered that can be converted. */
export const isAmount: ReadonlySignal<boolean> = computed(
  () => draft.unit.value === 'quote' && sentQuantity.value !== undefined,
)

/** The quantity that an amount of the quote currency stands for. */
export const quantityText: ReadonlySignal<string> = computed(() => {
  const { value } = sentQuantity
  return value === undefined ? NONE : `${groupThousands(value)} ${instrument.value?.base ?? ''}`
})

/** What trades at once at the prices of the book, and what may rest at the limit. */
export const costText: ReadonlySignal<string> = computed(() => {
  const { value } = traded
  if (value === undefined) return NONE
  const { result, limit, instrument: present } = value
  const { terms } = entry.value
  const rests = limit !== undefined && mayRest(terms.kind, terms.timeInForce)
  const total = result.value + (rests ? result.rest * BigInt(limit) : 0n)
  return `${groupThousands(valueText(total, present.tick, present.lot))} ${present.quote}`
})

export const averagePriceText: ReadonlySignal<string> = computed(() => {
  const { value } = traded
  const text = value === undefined ? undefined : averageText(value.result, value.instrument)
  return text === undefined ? NONE : groupThousands(text)
})

export const slippageText: ReadonlySignal<string> = computed(() => {
  const { value } = traded
  if (value === undefined) return NONE
  const { best, mid } = slippage(draft.side.value, value.result)
  if (best === undefined) return NONE
  return mid === undefined ? `best ${best} %` : `best ${best} % · mid ${mid} %`
})

/** An amount at market prices that is more than the book can take. Less than the price of a lot is always left. */
function unusedText({ result, limit, instrument: { tick, lot, quote } }: Estimated): string | undefined {
  const { unit, values } = entry.value
  const amount = unit === 'quote' && limit === undefined ? valueIn(values.quantity ?? '', tick, lot) : undefined
  const unused = (amount ?? 0n) - result.value
  if (amount === undefined || unused < BigInt(result.worst ?? 0)) return undefined
  return `${groupThousands(valueText(unused, tick, lot))} ${quote} not used`
}

/** What happens to the part that does not trade at once. */
export const restText: ReadonlySignal<string> = computed(() => {
  const { value } = estimated
  if (value === undefined) return NONE
  const { result, instrument: present } = value
  const { terms } = entry.value
  if (refusal.value === 'reject') return 'order rejected: it would trade'
  if (refusal.value === 'cancel') return 'order canceled: not enough to fill'
  if (result.rest === 0n) return unusedText(value) ?? 'nothing'
  const text = `${groupThousands(formatStepsShort(Number(result.rest), present.lot))} ${present.base}`
  return mayRest(terms.kind, terms.timeInForce) ? `${text} rests` : `${text} canceled`
})
