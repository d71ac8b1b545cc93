/**
 * Sends the order of the ticket, once. While the connection is lost nothing is handed to the client, so that no order
 * waits unseen and trades minutes later. An order whose outcome is not known keeps its order id: sent again unchanged,
 * it cannot trade twice. An order that is on its way when the connection is lost is sent again by the client, with the
 * same id.
 */

import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { NewOrder, Order, Result } from '../../../src/client/client.ts'
import { randomId } from '../../../src/client/order-id.ts'
import { type Instrument, instrument, instruments, refreshInstruments } from '../market/instruments.ts'
import { type BookState, book, ticker, trades } from '../market/market.ts'
import { confirmOrders, symbol as shownSymbol, timeZone } from '../page/settings.ts'
import { connection, exchangeTimeMs, nowMs } from '../session/connection.ts'
import { access, client, exchange, maySend } from '../session/session.ts'
import { durationText, groupThousands } from '../text/format.ts'
import { isOutcomeUnknown, sentenceOf, sentenceOfCode, statusWords } from '../text/words.ts'
import { draft, entry, focusField, setField } from './draft.ts'
import { type Market, type Warning, warningsOf } from './fat-finger.ts'
import { type CheckedOrder, checkTicket } from './ticket-check.ts'

/** Seconds that an answer waits for the outcome; after them it says that the order is durable. */
const WAIT_SECONDS = 3
/** A second press within this time is a double click, not another order: a person needs longer to decide. */
const DOUBLE_PRESS_MS = 400

/** The one line below the button. */
export interface Answer {
  readonly kind: 'done' | 'rejected' | 'not-sent' | 'unknown'
  readonly text: string
}

/** A question before an order is sent. */
export interface Question {
  readonly checked: CheckedOrder
  readonly warnings: readonly Warning[]
}

const underWay = signal<NewOrder | undefined>(undefined)
const lastAnswer = signal<Answer | undefined>(undefined)
const asked = signal<Question | undefined>(undefined)
/** Orders that were not answered for certain, by their content: the same content is sent with the same id. */
const kept = new Map<string, NewOrder>()
const KEPT_MAX = 100
let lastPressMs = Number.NEGATIVE_INFINITY
let askedMs = Number.NEGATIVE_INFINITY

export const sending: ReadonlySignal<NewOrder | undefined> = underWay
export const question: ReadonlySignal<Question | undefined> = asked

/** What became of the last order, or what the one under way waits for. */
export const answer: ReadonlySignal<Answer | undefined> = computed(() => {
  if (underWay.value === undefined) return lastAnswer.value
  const { state, sinceMs } = connection.value
  if (state === 'live') return undefined
  const age = durationText(Math.max(0, nowMs.value - sinceMs))
  const text = `No answer: connection lost ${age} ago. The same order id is sent again, so it cannot trade twice.`
  return { kind: 'unknown', text }
})

/** A question and an answer belong to the symbol and the account of their order: another one does not show them. */
export function startSending(): void {
  effect(() => {
    void shownSymbol.value
    void client.value
    batch(() => {
      asked.value = undefined
      lastAnswer.value = undefined
    })
  })
}

/** What the button sends, in words: `Buy 0.5 BTC at 50,021.83`. */
export function orderWords({ side, quantity, price }: NewOrder, { base }: Pick<Instrument, 'base'>): string {
  const at = price === undefined ? 'at market' : `at ${groupThousands(String(price))}`
  return `${sideWord(side)} ${groupThousands(String(quantity))} ${base} ${at}`
}

export const sideWord = (side: NewOrder['side']): string => (side === 'BUY' ? 'Buy' : 'Sell')

/** The button was pressed, or Enter. Checks, asks if there is a reason, and sends. */
export function submit(): void {
  const present = instrument.peek()
  const pressMs = performance.now()
  if (present === undefined || underWay.peek() !== undefined || asked.peek() !== undefined) return
  if (pressMs - lastPressMs < DOUBLE_PRESS_MS) return
  lastPressMs = pressMs
  const { errors, checked } = check(present)
  draft.errors.value = errors
  if (checked === undefined) {
    lastAnswer.value = undefined
    const [first] = Object.keys(errors)
    if (first !== undefined) focusField(first)
    return
  }
  const { side, timeInForce } = checked.order
  const warnings = warningsOf({ side, isWhole: timeInForce === 'FOK', ...checked }, marketOf(present), present)
  if (warnings.length > 0 || confirmOrders.peek()) {
    askedMs = pressMs
    asked.value = { checked, warnings }
  } else void place(checked, present)
}

/** The question was answered. The order is sent as it was shown; not by the press that led to the question. */
export function answerQuestion(sends: boolean): void {
  if (sends && performance.now() - askedMs < DOUBLE_PRESS_MS) return
  const present = instrument.peek()
  const value = asked.peek()
  asked.value = undefined
  if (!sends || value === undefined || present?.symbol !== value.checked.order.symbol) return
  void place(value.checked, present)
}

/** undefined: what the screen has is not the present book of the instrument. */
function currentBook({ symbol }: Instrument): BookState | undefined {
  const shown = book.peek()
  return shown.freshness === 'live' && shown.symbol === symbol ? shown : undefined
}

function check(present: Instrument) {
  return checkTicket(entry.peek(), {
    instrument: present,
    book: currentBook(present),
    nowMs: exchangeTimeMs(),
    zone: timeZone.peek(),
  })
}

function marketOf(present: Instrument): Market | undefined {
  const shown = currentBook(present)
  if (shown === undefined) return undefined
  const { bids, asks } = shown
  const last = ticker.peek().ticker?.last ?? undefined
  return { bids, asks, traded: trades.peek().trades.map(({ quantity }) => quantity), last }
}

async function place({ order }: CheckedOrder, present: Instrument): Promise<void> {
  const named = withKeptId(order)
  const refusal = notSentWords()
  if (refusal !== undefined) {
    lastAnswer.value = { kind: 'not-sent', text: refusal }
    return
  }
  underWay.value = named
  lastAnswer.value = undefined
  try {
    const result = await exchange().place(named, { wait: WAIT_SECONDS })
    answered(result, named, await presentTerms(result.result.reason, present))
  } catch (cause) {
    failed(cause, named, await presentTerms((cause as { code?: unknown }).code, present))
  } finally {
    underWay.value = undefined
  }
}

/** Why nothing is sent now; undefined: it can be sent. */
function notSentWords(): string | undefined {
  const { state, sinceMs } = connection.peek()
  if (state !== 'live') {
    const age = durationText(Math.max(0, Date.now() - sinceMs))
    const words = state === 'connecting' ? 'not connected yet' : `connection lost ${age} ago`
    return `Not sent: ${words}. Send again when it is back.`
  }
  if (maySend.peek() || access.peek() === 'unknown') return undefined
  return 'Not sent: this exchange needs an API key. Sign in first.'
}

/** The price band may have changed since the instruments were read. */
async function presentTerms(code: unknown, present: Instrument): Promise<Instrument> {
  if (code !== 'price_outside_band') return present
  await refreshInstruments()
  return instruments.peek().get(present.symbol) ?? present
}

function answered({ status, result, replayed }: Result, order: NewOrder, present: Instrument): void {
  kept.delete(contentOf(order))
  if (status !== 200) {
    const text = `Accepted: ${orderWords(order, present)}, not matched yet.`
    lastAnswer.value = { kind: 'done', text: about(text, present) }
    takeQuantity(order)
    return
  }
  const known = result as unknown as Order
  const text = statusWords(known, present)
  if (known.status === 'REJECTED') {
    rejected(text, sentenceOfCode(known.reason ?? '', present)?.field, present)
    return
  }
  lastAnswer.value = { kind: 'done', text: about(replayed ? `Sent before. ${text}` : text, present) }
  takeQuantity(order)
}

/** The next press must not repeat the order, so its quantity is entered anew. Price and options stay. */
function takeQuantity({ symbol }: NewOrder): void {
  if (shownSymbol.peek() === symbol) setField('quantity', '')
}

/** The answer about an order of an instrument that is no longer on the screen names it. */
const about = (text: string, { symbol }: Instrument): string =>
  shownSymbol.peek() === symbol ? text : `${symbol}: ${text}`

function failed(cause: unknown, order: NewOrder, present: Instrument): void {
  const { field, text } = sentenceOf(cause, present)
  if (isOutcomeUnknown(cause)) {
    lastAnswer.value = { kind: 'unknown', text: about(text, present) }
    return
  }
  kept.delete(contentOf(order))
  rejected(text, field, present)
}

/** Beside the field, if the ticket shows it; and always in the line, because a reader may be elsewhere. */
function rejected(text: string, field: string | undefined, present: Instrument): void {
  lastAnswer.value = { kind: 'rejected', text: about(text, present) }
  if (field !== undefined && shownSymbol.peek() === present.symbol)
    draft.errors.value = { ...draft.errors.peek(), [field]: text }
}

function withKeptId(order: NewOrder): NewOrder {
  const content = contentOf(order)
  const named = kept.get(content) ?? { orderId: randomId(), ...order }
  kept.delete(content)
  kept.set(content, named)
  for (const [oldest] of kept) {
    if (kept.size <= KEPT_MAX) break
    kept.delete(oldest)
  }
  return named
}

const contentOf = ({ orderId: _, ...content }: NewOrder): string =>
  JSON.stringify(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1)))
