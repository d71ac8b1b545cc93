/**
 * The kinds of command that this program supports, and the fields of each. A line with another kind or field must
 * not be skipped, because a newer program may have written it.
 */

import { CORE_ORDER_FIELDS, OPTIONAL_ORDER_FIELDS } from '../order/order-fields.ts'
import type { Fields } from './command-fields.ts'
import { COMMAND_KINDS, type Command } from './commands.ts'
import type { OperatorNote } from './operator-commands.ts'
import { MalformedCommand, shown, UnknownCommand } from './undecodable-line.ts'

type OwnField<K extends Command['kind']> = Exclude<
  keyof Extract<Command, { kind: K }>,
  'kind' | 'symbol' | 'requestId' | keyof OperatorNote
>

const namesOf = <T extends object>(table: T): (keyof T)[] => Object.keys(table) as (keyof T)[]

/** The fields of each kind of command besides kind, symbol, requestId and those of the operator. */
const OWN_FIELDS: { readonly [K in Command['kind']]: readonly OwnField<K>[] } = {
  PlaceOrder: ['account', 'orderId', ...namesOf(CORE_ORDER_FIELDS), ...namesOf(OPTIONAL_ORDER_FIELDS)],
  CancelOrder: ['account', 'orderId'],
  CancelAllOrders: ['account'],
  AmendOrder: ['account', 'orderId', 'price', 'quantity'],
  AdvanceTime: [],
  ChangePhase: ['phase'],
  SetPriceBand: ['low', 'high'],
  DefineInstrument: ['base', 'quote', 'tickSize', 'lotSize', 'minQuantity', 'maxQuantity'],
  ChangeInstrument: ['base', 'quote', 'minQuantity', 'maxQuantity'],
  CloseInstrument: [],
  AdoptRules: ['rules'],
}

const OPERATOR_FIELDS: readonly (keyof OperatorNote)[] = ['operator', 'operatorKey', 'operatorReason']

const CLIENT_KINDS: readonly Command['kind'][] = [
  'PlaceOrder',
  'CancelOrder',
  'CancelAllOrders',
  'AmendOrder',
  'AdvanceTime',
]

/** Fields that the producer of a line may add for its delivery. They are not part of the command. */
const DELIVERY_FIELDS = ['traceId', 'again']

const KNOWN_FIELDS: ReadonlyMap<unknown, ReadonlySet<string>> = new Map(
  COMMAND_KINDS.map((kind) => {
    const operator = CLIENT_KINDS.includes(kind) ? [] : OPERATOR_FIELDS
    return [kind, new Set(['kind', 'symbol', 'requestId', ...operator, ...OWN_FIELDS[kind], ...DELIVERY_FIELDS])]
  }),
)

/** The kind of a command whose fields are all known. Throws MalformedCommand or UnknownCommand. */
export function knownKindOf(raw: Fields): Command['kind'] {
  const { kind } = raw
  const known = KNOWN_FIELDS.get(kind)
  if (known === undefined) {
    if (typeof kind === 'string') throw new UnknownCommand('kind', kind)
    throw new MalformedCommand(`kind ${shown(kind)}`)
  }
  for (const name in raw) if (!known.has(name)) throw new UnknownCommand('field', name)
  return kind as Command['kind']
}

/** Every field that a line of the stream may have. */
export const knownFieldNames = (): string[] => [...new Set([...KNOWN_FIELDS.values()].flatMap((names) => [...names]))]
