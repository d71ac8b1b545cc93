/**
 * The table of what the ticket can send: the words for each type, time in force and field. Everything else follows from
 * the tables of order types and order fields in src/protocol: which fields there are, their words and their conditions.
 * A new type, a new time in force or a new field does not compile until it has its row here.
 */

import type { NewOrder } from '../../../src/client/client.ts'
import {
  CORE_ORDER_FIELDS,
  OPTIONAL_FIELDS,
  type OptionalField,
  type OptionalFieldName,
  requestNameOf,
} from '../../../src/protocol/order/order-fields.ts'
import { ORDER_TYPE_TERMS, type OrderTypeTerms } from '../../../src/protocol/order/order-types.ts'
import {
  ORDER_TYPES,
  type OrderType,
  type SelfTradePrevention,
  type Side,
  type TimeInForce,
} from '../../../src/protocol/order/order-words.ts'
import { isolated } from '../text/format.ts'

/** A type of order as the ticket offers it. The first time in force is chosen at first. */
export interface OrderKind extends OrderTypeTerms {
  readonly id: OrderType
  readonly label: string
  readonly hint: string
}

const KIND_WORDS: Readonly<Record<OrderType, Pick<OrderKind, 'label' | 'hint'>>> = {
  LIMIT: {
    label: 'Limit',
    hint: 'Trades at the price or a better one.',
  },
  MARKET: {
    label: 'Market',
    hint: 'Trades at once with the best prices of the book, within the price band.',
  },
}

export const ORDER_KINDS: readonly OrderKind[] = ORDER_TYPES.map((id) => ({
  id,
  ...ORDER_TYPE_TERMS[id],
  ...KIND_WORDS[id],
}))

export const kindOf = (id: string): OrderKind => ORDER_KINDS.find((kind) => kind.id === id) ?? ORDER_KINDS[0]

interface Choice {
  readonly word: string
  readonly label: string
  readonly hint: string
}

/** Whether what does not trade at once stays in the book. */
const RESTS: Readonly<Record<TimeInForce, boolean>> = { GTC: true, IOC: false, FOK: false, GTD: true }

const TIME_IN_FORCE_WORDS: Readonly<Record<TimeInForce, Omit<Choice, 'word'>>> = {
  GTC: { label: 'Good till canceled', hint: 'Stays in the book until it is filled or canceled.' },
  IOC: { label: 'Immediate or cancel', hint: 'What does not trade at once is canceled.' },
  FOK: { label: 'Fill or kill', hint: 'Trades at once and in full, or not at all.' },
  GTD: { label: 'Good till date', hint: 'Stays in the book until it is filled, canceled or expired.' },
}

const SELF_TRADE_WORDS: Readonly<Record<SelfTradePrevention, Omit<Choice, 'word'>>> = {
  NONE: { label: 'Allow', hint: 'The order may trade with other orders of the account.' },
  EXPIRE_TAKER: { label: 'Cancel this order', hint: 'This order is canceled before it meets an own order.' },
  EXPIRE_MAKER: { label: 'Cancel resting order', hint: 'An own order in the book is canceled, and this one goes on.' },
  EXPIRE_BOTH: { label: 'Cancel both', hint: 'Both own orders are canceled.' },
}

/** How an optional field is entered, and when the ticket offers it. */
interface OptionalRow {
  readonly label: string
  /** Absent: the meaning of the field. */
  readonly hint?: string
  readonly words?: Readonly<Record<string, Omit<Choice, 'word'>>>
  readonly offered?: (terms: ChosenTerms) => boolean
}

const OPTIONAL_ROWS: Readonly<Record<OptionalFieldName, OptionalRow>> = {
  postOnly: {
    label: 'Post only',
    offered: ({ kind, timeInForce }) => mayRest(kind, timeInForce),
  },
  selfTradePrevention: {
    label: 'Self-trade',
    words: SELF_TRADE_WORDS,
  },
  expiresAtMs: { label: 'Expires', hint: 'When the order is canceled if it is still open.' },
  tag: { label: 'Tag', hint: 'Your own text. Your fills repeat it; nobody else sees it.' },
}

/** What the screen calls an optional field. */
export const labelOf = (name: OptionalFieldName): string => OPTIONAL_ROWS[name].label

/** What decides which fields the ticket shows. */
export interface ChosenTerms {
  readonly kind: OrderKind
  readonly timeInForce: TimeInForce
}

export const mayRest = ({ timesInForce }: OrderKind, timeInForce: TimeInForce): boolean =>
  RESTS[timeInForce] && timesInForce.includes(timeInForce)

export interface TicketField {
  /** Its name in requests. */
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly entry: 'price' | 'quantity' | 'choice' | 'flag' | 'time' | 'text'
  readonly choices?: readonly Choice[]
  readonly pattern?: RegExp
  /** The value that stands for an absent field. */
  readonly absent: string
  readonly required: boolean
}

const choicesOf = (words: readonly string[], rows: Readonly<Record<string, Omit<Choice, 'word'>>>): Choice[] =>
  words.map((word) => ({ word, ...rows[word] }))

const PRICE: TicketField = {
  name: 'price',
  label: 'Price',
  hint: CORE_ORDER_FIELDS.price.meaning,
  entry: 'price',
  absent: '',
  required: true,
}
const QUANTITY: TicketField = {
  name: 'quantity',
  label: 'Quantity',
  hint: CORE_ORDER_FIELDS.quantity.meaning,
  entry: 'quantity',
  absent: '',
  required: true,
}

const timeInForceField = ({ timesInForce }: OrderKind): TicketField => ({
  name: 'timeInForce',
  label: 'Time in force',
  hint: CORE_ORDER_FIELDS.timeInForce.meaning,
  entry: 'choice',
  choices: choicesOf(timesInForce, TIME_IN_FORCE_WORDS),
  absent: '',
  required: true,
})

const ENTRIES = { flag: 'flag', word: 'choice', time: 'time', text: 'text', ticks: 'price', lots: 'quantity' } as const

function optionalField(field: OptionalField): TicketField {
  const { label, hint = field.meaning, words } = OPTIONAL_ROWS[field.name]
  return {
    name: requestNameOf(field),
    label,
    hint,
    entry: ENTRIES[field.kind],
    ...(field.kind === 'word' && words !== undefined && { choices: choicesOf(field.words, words) }),
    ...(field.kind === 'text' && { pattern: field.pattern }),
    absent: field.kind === 'flag' ? 'false' : typeof field.default === 'string' ? field.default : '',
    required: field.onlyWith !== undefined,
  }
}

const isOffered = ({ name, onlyWith }: OptionalField, terms: ChosenTerms): boolean => {
  if (onlyWith?.field === 'timeInForce' && onlyWith.word !== terms.timeInForce) return false
  if (onlyWith?.field === 'type' && onlyWith.word !== terms.kind.id) return false
  return OPTIONAL_ROWS[name].offered?.(terms) ?? true
}

/** The fields of the ticket, from top to bottom. An expiry stands below the time in force that needs it. */
export function ticketFields(terms: ChosenTerms): readonly TicketField[] {
  const optional = OPTIONAL_FIELDS.filter((field) => isOffered(field, terms))
  const needed = optional.filter(({ onlyWith }) => onlyWith !== undefined)
  const others = optional.filter(({ onlyWith }) => onlyWith === undefined)
  return [
    ...(terms.kind.hasPrice ? [PRICE] : []),
    QUANTITY,
    timeInForceField(terms.kind),
    ...needed.map(optionalField),
    ...others.map(optionalField),
  ]
}

/** The time in force that stays chosen when the type changes. */
export const timeInForceOf = (kind: OrderKind, wanted: string | undefined): TimeInForce =>
  kind.timesInForce.find((word) => word === wanted) ?? kind.timesInForce[0]

/** What an order says beside its side, type, quantity and price, in words. */
export function optionWords(order: NewOrder): string[] {
  return OPTIONAL_FIELDS.flatMap((field) => {
    const { name, label, entry, choices, absent } = optionalField(field)
    const value = order[name as keyof NewOrder]
    if (value === undefined || String(value) === absent) return []
    if (entry === 'flag') return [label.toLowerCase()]
    const text = choices?.find(({ word }) => word === value)?.label.toLowerCase() ?? isolated(String(value))
    return [`${label.toLowerCase()}: ${text}`]
  })
}

/** What the order of a ticket is, apart from its id. `values`: exact text by the name of a field in requests. */
export function orderOf(
  symbol: string,
  side: Side,
  terms: ChosenTerms,
  values: Readonly<Record<string, string>>,
): NewOrder {
  const order: Record<string, string | boolean> = { symbol, side, type: terms.kind.id }
  for (const { name, entry, absent } of ticketFields(terms)) {
    const value = name === 'timeInForce' ? terms.timeInForce : (values[name] ?? absent)
    if (value === absent) continue
    order[name] = entry === 'flag' ? value === 'true' : value
  }
  return order as unknown as NewOrder
}
