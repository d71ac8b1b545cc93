/**
 * The commands: the only way to change a book. Imperative names, integers inside. Each command is addressed to
 * one symbol, to one account, or to the venue (see {@link addressOf}). Commands of a symbol are applied in the
 * order of the stream. docs/reference/commands.md is their specification.
 */

import type { OptionalOrderFields } from '../order/order-fields.ts'
import type { OrderType, Side, TimeInForce } from '../order/order-words.ts'
import type { Lots, Ticks } from '../units.ts'
import type { OperatorCommand } from './operator-commands.ts'

interface Requested {
  /** Copied from the request to every record that results from it. */
  readonly requestId?: string
}

interface CommandBase extends Requested {
  readonly symbol: string
}

export interface PlaceOrder extends CommandBase, OptionalOrderFields {
  readonly kind: 'PlaceOrder'
  readonly account: string
  readonly orderId: string
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly quantity: Lots
  /** LIMIT orders only. */
  readonly price?: Ticks
}

export interface CancelOrder extends CommandBase {
  readonly kind: 'CancelOrder'
  readonly account: string
  readonly orderId: string
}

/** Cancels every open order of the account in the symbol; without a symbol, in every symbol. */
export interface CancelAllOrders extends Requested {
  readonly kind: 'CancelAllOrders'
  readonly symbol?: string
  readonly account: string
}

/** At least one of price and quantity; quantity is the new total, filled lots included. */
export interface AmendOrder extends CommandBase {
  readonly kind: 'AmendOrder'
  readonly account: string
  readonly orderId: string
  readonly price?: Ticks
  readonly quantity?: Lots
}

/** Has no effect except to pass the time of the stream to the book, so that orders expire in a quiet market. */
export interface AdvanceTime extends CommandBase {
  readonly kind: 'AdvanceTime'
}

export type Command = PlaceOrder | CancelOrder | CancelAllOrders | AmendOrder | AdvanceTime | OperatorCommand

/** A command that is addressed to a symbol. */
export type SymbolCommand = Command & { readonly symbol: string }

export const COMMAND_KINDS = [
  'PlaceOrder',
  'CancelOrder',
  'CancelAllOrders',
  'AmendOrder',
  'AdvanceTime',
  'ChangePhase',
  'SetPriceBand',
  'DefineInstrument',
  'ChangeInstrument',
  'CloseInstrument',
  'AdoptRules',
] as const satisfies readonly Command['kind'][]

export type Address = { readonly symbol: string } | { readonly account: string } | 'venue'

/** The address of a command. It is applied after all earlier commands with this address. */
export function addressOf(command: Command): Address {
  if (command.symbol !== undefined) return { symbol: command.symbol }
  return command.kind === 'CancelAllOrders' ? { account: command.account } : 'venue'
}

export const isSymbolCommand = (command: Command): command is SymbolCommand => command.symbol !== undefined
