/**
 * Plain sentences for what happens to a request and to an order. Codes and statuses come in, sentences go out. A
 * sentence names the field that it belongs to, so that a panel can show it there.
 */

import type { Order } from '../../../src/client/client.ts'
import { ExchangeProblem } from '../../../src/client/errors.ts'
import { OPTIONAL_FIELDS, requestNameOf } from '../../../src/protocol/order/order-fields.ts'
import type { CancelReason, RejectReason } from '../../../src/protocol/reasons.ts'
import type { OrderStatus } from '../../../src/protocol/records.ts'
import { groupThousands, isolated } from './format.ts'
import { type InstrumentTerms, NOT_MET, PROBLEM_SENTENCES, UNKNOWN_OUTCOMES } from './problem-words.ts'
import { roundedText } from './steps.ts'

export interface Said {
  readonly field?: string
  readonly text: string
}

/** The sentence of a code, with the instrument's numbers if it is known. */
export function sentenceOfCode(code: string, instrument?: InstrumentTerms): Said | undefined {
  const sentence = Object.hasOwn(PROBLEM_SENTENCES, code) ? PROBLEM_SENTENCES[code] : undefined
  if (sentence === undefined) return undefined
  const { field, text, exact } = sentence
  return {
    ...(field !== undefined && { field }),
    text: instrument !== undefined && exact !== undefined ? exact(instrument) : text,
  }
}

/** Codes whose detail says more than any sentence here could: which field, which bound. */
const DETAILED = new Set(['missing_field', 'wrong_type', 'invalid_value', 'invalid_parameter', 'field_not_available'])

/** What a failed request means: a problem of the exchange, a lost connection, or anything else. */
export function sentenceOf(cause: unknown, instrument?: InstrumentTerms): Said {
  if (cause instanceof ExchangeProblem) return problemSentence(cause, instrument)
  const { name, message } = cause instanceof Error ? cause : { name: '', message: String(cause) }
  switch (name) {
    case 'ConnectionLost':
    // Also the request of an account that has signed out: the exchange may have it.
    case 'ClientClosed':
      return {
        text: 'Not confirmed: the connection was lost before the answer. Look at what has changed before you send again.',
      }
    case 'MessageTooLong':
      return { text: 'Not sent: the message is too long.' }
    case 'TooMuchWaiting':
      return { text: 'Not sent: too many requests wait for the connection.' }
    case 'TypeError':
      // fetch rejects with it when the exchange cannot be reached.
      return { text: 'The exchange cannot be reached.' }
    default:
      return { text: message === '' ? 'The request failed.' : `The request failed: ${message}` }
  }
}

function problemSentence(cause: ExchangeProblem, instrument: InstrumentTerms | undefined): Said {
  const { code, retryAfterMs, problem } = cause
  const said = sentenceOfCode(isUnknownFailure(cause) ? 'internal_error' : code, instrument)
  const field = said?.field ?? cause.field
  const detail = typeof problem.detail === 'string' ? problem.detail : undefined
  let text = said?.text ?? `${detail ?? 'The exchange rejected the request.'} (${code})`
  if (DETAILED.has(code) && detail !== undefined) text = detail
  if (code === 'rate_limited' && retryAfterMs !== undefined)
    text = `Too many requests. Try again in ${seconds(retryAfterMs)}.`
  return { ...(field !== undefined && { field }), text }
}

/** Rounded up, so that a retry after it succeeds. */
const seconds = (ms: number): string => `${Math.max(1, Math.ceil(ms / 1000))} s`

/** Errors of the client after which the exchange may have the request. */
const NO_ANSWER = new Set(['ConnectionLost', 'ClientClosed'])

/** A failure that this screen has no words for may have happened after the order was stored. */
const isUnknownFailure = ({ status, code }: ExchangeProblem): boolean =>
  status >= 500 && !Object.hasOwn(PROBLEM_SENTENCES, code)

/** Whether the request may have had an effect: sent again, it needs the same order id. */
export const isOutcomeUnknown = (cause: unknown): boolean =>
  cause instanceof ExchangeProblem
    ? UNKNOWN_OUTCOMES.has(cause.code) || isUnknownFailure(cause)
    : cause instanceof Error && NO_ANSWER.has(cause.name)

/** Why a list could not be read. A read changes nothing, so there is nothing to confirm. */
export const readFault = (cause: unknown): string =>
  isOutcomeUnknown(cause) ? 'The exchange did not answer.' : sentenceOf(cause).text

export const isSaid = (code: string): boolean => Object.hasOwn(PROBLEM_SENTENCES, code) || NOT_MET.has(code)

/** Why an accepted order was canceled. */
const CANCEL_WORDS: Readonly<Record<CancelReason, string>> = {
  requested: 'on request',
  cancel_all: 'with all orders',
  immediate_or_cancel: 'nothing more could trade at once',
  fill_or_kill: 'the whole quantity could not trade at once',
  no_liquidity: 'nothing more to trade with',
  expired: 'its time was over',
  self_trade: 'it would have traded with an own order',
  level_full: 'its price has the maximum number of orders',
  price_outside_band: 'no price within the price band',
  instrument_closed: 'the instrument was closed',
}

const isCancelReason = (reason: string): reason is CancelReason => Object.hasOwn(CANCEL_WORDS, reason)

/** The words of a reason in a table. */
export function reasonWords(reason: RejectReason | CancelReason | null): string {
  if (reason === null) return ''
  if (isCancelReason(reason)) return CANCEL_WORDS[reason]
  return sentenceOfCode(reason)?.text ?? reason
}

const STATUS_WORDS: Readonly<Record<OrderStatus, string>> = {
  PENDING: 'Pending',
  NEW: 'Open',
  PARTIALLY_FILLED: 'Partly filled',
  FILLED: 'Filled',
  CANCELED: 'Canceled',
  EXPIRED: 'Expired',
  REJECTED: 'Rejected',
}

export const statusWord = (status: OrderStatus): string => STATUS_WORDS[status]

const TEXT_NAMES = OPTIONAL_FIELDS.filter(({ kind }) => kind === 'text').map(requestNameOf)

/** Type, time in force, options and texts of an order in a table: `Limit GTC · post-only · desk 7`. */
export function termsWords(order: Order): string {
  const { type, timeInForce, postOnly, selfTradePrevention } = order
  const options = [
    ...(postOnly ? ['post-only'] : []),
    ...(selfTradePrevention === 'NONE' ? [] : [selfTradePrevention.toLowerCase().replace('_', ' ')]),
    ...TEXT_NAMES.flatMap((name) => {
      const text = order[name as keyof Order]
      return text === null || text === undefined ? [] : [isolated(String(text))]
    }),
  ]
  return [`${type.charAt(0)}${type.slice(1).toLowerCase()} ${timeInForce}`, ...options].join(' · ')
}

const amount = (quantity: string, base: string | undefined): string =>
  base === undefined ? groupThousands(quantity) : `${groupThousands(quantity)} ${base}`

type StatusTerms = InstrumentTerms & { readonly base?: string }

/** One line about the state of an order. `base`: the unit of the quantity. */
export function statusWords(order: Order, instrument?: StatusTerms): string {
  const { status, quantity, filledQuantity, remainingQuantity, price, reason } = order
  const base = instrument?.base
  const at = price === null ? 'at market' : `at ${groupThousands(price)}`
  switch (status) {
    case 'PENDING':
      return `Accepted: ${amount(quantity, base)} ${at}, not matched yet.`
    case 'NEW':
      return `Open: ${amount(quantity, base)} ${at}.`
    case 'PARTIALLY_FILLED':
      return `Filled ${groupThousands(filledQuantity)} of ${amount(quantity, base)}; ${groupThousands(remainingQuantity)} open ${at}.`
    case 'FILLED':
      return `Filled: ${amount(quantity, base)}${averageWords(order, instrument)}.`
    case 'CANCELED':
    case 'EXPIRED':
      return closedWords(order, instrument)
    case 'REJECTED':
      return `Rejected: ${lowerFirst(sentenceOfCode(reason ?? '', instrument)?.text ?? 'the exchange did not accept it.')}`
  }
}

function closedWords(order: Order, instrument: StatusTerms | undefined): string {
  const base = instrument?.base
  const { status, quantity, filledQuantity, reason } = order
  const word = status === 'EXPIRED' ? 'Expired' : 'Canceled'
  const because = reason === null || (status === 'EXPIRED' && reason === 'expired') ? '' : `: ${reasonWords(reason)}`
  const filled = /[1-9]/.test(filledQuantity)
  if (!filled) return `${word}${because}.`
  return `Filled ${groupThousands(filledQuantity)} of ${amount(quantity, base)}${averageWords(order, instrument)}; the rest ${word.toLowerCase()}${because}.`
}

/** Shown beyond the decimals of a price. */
const AVERAGE_DECIMALS_EXTRA = 2

/** The answer of a request that waited has the average of the fills; a message of the feed does not. */
function averageWords(order: Order, instrument: InstrumentTerms | undefined): string {
  const { averagePrice } = order as Order & { readonly averagePrice?: string | null }
  if (typeof averagePrice !== 'string') return ''
  const places = instrument?.tickSize.split('.')[1]?.length ?? 0
  const shown = instrument === undefined ? averagePrice : roundedText(averagePrice, places + AVERAGE_DECIMALS_EXTRA)
  return ` at an average of ${groupThousands(shown)}`
}

export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
