/**
 * The table of an order's fields. Commands, events, records, the codec, the rows of DynamoDB, order entry,
 * the REST schemas and the reference are derived from it. A new field is a new row here.
 *
 * Every order has the core fields, and performance-critical code names them. Loops over OPTIONAL_FIELDS handle
 * the optional fields. In a line of the stream and in an event these follow the core fields in the order of this
 * table, so new fields are added at its end only.
 */

import { clientText } from '../client-text.ts'
import { TAG_LENGTH_MAX } from '../limits.ts'
import type { Lots, Ticks } from '../units.ts'
import { ORDER_TYPES, SELF_TRADE_PREVENTIONS, SIDES, TIMES_IN_FORCE } from './order-words.ts'

/**
 * word: one of a list; flag: `true` or absent; ticks, lots: a decimal; time: milliseconds since 1970 in a
 * command, RFC 3339 in requests and answers; text: the client's own.
 */
type FieldValue =
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'flag' | 'ticks' | 'lots' | 'time' }
  | { readonly kind: 'text'; readonly pattern: RegExp }

export type OrderField = FieldValue & {
  /** The first version of the rules that has the field. */
  readonly since: number
  /** Whether every command has it. If a request may omit the field, order entry adds its default. */
  readonly required?: true
  /** Required with this word of another field, rejected with any other word. */
  readonly onlyWith?: { readonly field: 'type' | 'timeInForce'; readonly word: string }
  /** The meaning of an absent field. */
  readonly default?: string | false
  readonly meaning: string
  /** Further rules and defaults of order entry. */
  readonly requestRule?: string
  /** Its name in requests and responses, if that differs. */
  readonly requestName?: string
  readonly example: string | number | boolean
  /** Whether the option bits of order-options.ts contain it. */
  readonly optionBits?: true
  /** Whether the order's events and its fills repeat it (echo-fields.ts). Never with optionBits. */
  readonly echo?: true
}

export const CORE_ORDER_FIELDS = {
  side: {
    kind: 'word',
    words: SIDES,
    since: 1,
    required: true,
    meaning: 'Whether to buy or to sell.',
    example: 'BUY',
  },
  type: {
    kind: 'word',
    words: ORDER_TYPES,
    since: 1,
    required: true,
    default: 'LIMIT',
    meaning: 'A limit order has a price; a market order trades at any price within the band.',
    example: 'LIMIT',
  },
  timeInForce: {
    kind: 'word',
    words: TIMES_IN_FORCE,
    since: 1,
    required: true,
    default: 'GTC',
    meaning: 'How long the order stays open.',
    requestRule: 'A market order is IOC, which is its default, or FOK.',
    example: 'GTC',
  },
  quantity: {
    kind: 'lots',
    since: 1,
    required: true,
    meaning: 'How much to trade.',
    example: '1.5',
  },
  price: {
    kind: 'ticks',
    since: 1,
    onlyWith: { field: 'type', word: 'LIMIT' },
    meaning: 'The worst price accepted.',
    example: '50000.00',
  },
} as const satisfies Record<string, OrderField>

export const OPTIONAL_ORDER_FIELDS = {
  postOnly: {
    kind: 'flag',
    since: 1,
    default: false,
    optionBits: true,
    meaning: 'The order is rejected if it would trade at once.',
    requestRule: 'LIMIT with GTC or GTD only.',
    example: true,
  },
  selfTradePrevention: {
    kind: 'word',
    words: SELF_TRADE_PREVENTIONS,
    since: 1,
    default: 'NONE',
    optionBits: true,
    meaning: 'What happens when the order would trade with an order of its own account.',
    example: 'EXPIRE_TAKER',
  },
  expiresAtMs: {
    kind: 'time',
    since: 1,
    onlyWith: { field: 'timeInForce', word: 'GTD' },
    meaning: 'When the order expires.',
    requestName: 'expiresAt',
    requestRule: 'It must be in the future, and at most 9999-12-31T23:59:59.999Z.',
    example: '2030-01-31T12:00:00Z',
  },
  tag: {
    kind: 'text',
    pattern: clientText(TAG_LENGTH_MAX),
    since: 2,
    echo: true,
    meaning: "The client's own text: 1 to 64 Unicode code points without control characters.",
    requestRule: 'Events and fills of the order repeat it; other accounts never see it.',
    example: 'momentum/7 – Zürich',
  },
} as const satisfies Record<string, OrderField>

export type OptionalFieldTable = typeof OPTIONAL_ORDER_FIELDS
export type OptionalFieldName = keyof OptionalFieldTable

type ValueOf<F> = F extends { readonly kind: 'word'; readonly words: readonly (infer W)[] }
  ? W
  : F extends { readonly kind: 'flag' }
    ? boolean
    : F extends { readonly kind: 'time' }
      ? number
      : F extends { readonly kind: 'ticks' }
        ? Ticks
        : F extends { readonly kind: 'lots' }
          ? Lots
          : string

/** The optional fields of a command and of its OrderAccepted. */
export type OptionalOrderFields = { readonly [N in OptionalFieldName]?: ValueOf<OptionalFieldTable[N]> }

type FirstFieldOf<T> = { [N in keyof T]: T[N] extends { readonly since: 1 } ? N : never }[keyof T]

/** The value of a field that every record has. Its default or null means that the order lacks the field. */
type RecordedValue<F> = F extends { readonly default: string | false } ? ValueOf<F> : ValueOf<F> | null

/**
 * The optional fields of a record, by a table of fields. Every record has those of rules 1. A record has a later
 * field only if the order has it, so that records of orders without it do not change.
 */
export type RecordedFieldsOf<T> = { readonly [N in FirstFieldOf<T>]: RecordedValue<T[N]> } & {
  readonly [N in Exclude<keyof T, FirstFieldOf<T>>]?: ValueOf<T[N]>
}
export type RecordedOrderFields = RecordedFieldsOf<OptionalFieldTable>

type EchoFieldName = {
  [N in OptionalFieldName]: OptionalFieldTable[N] extends { readonly echo: true } ? N : never
}[OptionalFieldName]

/** The fields of an order that its later events and its fills repeat. */
export type EchoFields = { readonly [N in EchoFieldName]?: ValueOf<OptionalFieldTable[N]> }

/** Those of both orders of a trade: makerX and takerX. */
export type TradeEchoFields = {
  readonly [N in EchoFieldName as `maker${Capitalize<N>}` | `taker${Capitalize<N>}`]?: ValueOf<OptionalFieldTable[N]>
}

export type OptionalField = OrderField & { readonly name: OptionalFieldName }

export const OPTIONAL_FIELDS: readonly OptionalField[] = Object.entries(OPTIONAL_ORDER_FIELDS).map(([name, field]) => ({
  ...field,
  name: name as OptionalFieldName,
}))

/** The name of an optional field in requests and responses. */
export const requestNameOf = ({ name, requestName }: OptionalField): string => requestName ?? name

/**
 * Whether an order has any optional field. Most orders have none, and then no loop runs. The fields are named
 * here, because a loop over names takes five times as long. A test compares this function with the table.
 */
export function hasOptionalFields({ postOnly, selfTradePrevention, expiresAtMs, tag }: OptionalOrderFields): boolean {
  return postOnly !== undefined || selfTradePrevention !== undefined || expiresAtMs !== undefined || tag !== undefined
}
