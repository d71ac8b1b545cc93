/** A row of the table `orders` for each event of an order that is not a trade. lake-columns.ts says what it means. */

import type { OrderEventKind } from '../protocol/event/event-kinds.ts'
import { OPTIONAL_FIELDS, requestNameOf } from '../protocol/order/order-fields.ts'
import {
  isPostOnly,
  OPTIONS_END,
  selfTradePreventionOf,
  timeInForceOf,
  typeOf,
} from '../protocol/order/order-options.ts'
import { ORDER_TYPES, SELF_TRADE_PREVENTIONS, SIDES, TIMES_IN_FORCE } from '../protocol/order/order-words.ts'
import { EVENT_REASONS, type EventReason } from '../protocol/reasons.ts'
import { CountColumn } from './columns/count-column.ts'
import { DecimalColumn } from './columns/decimal-column.ts'
import { FieldColumn } from './columns/field-column.ts'
import { FlagColumn } from './columns/flag-column.ts'
import { NameColumn } from './columns/name-column.ts'
import type { NameTable } from './columns/name-table.ts'
import { TextColumn } from './columns/text-column.ts'
import { codesOf, WordColumn } from './columns/word-column.ts'
import type { EventNames } from './event-names.ts'
import { GatheredRows } from './gathered-rows.ts'
import type { LakeEvent } from './lake-event.ts'
import type { SymbolTerms } from './symbol-terms.ts'

/** The words for the kinds of events, as in docs/reference/websocket.md. The code of a word is its place plus 1. */
const KINDS = ['ACCEPTED', 'REJECTED', 'AMENDED', 'CANCELED', 'AMEND_REJECTED', 'CANCEL_REJECTED'] as const
const KIND_CODES = codesOf(KINDS)
const CODE_OF_KIND: Readonly<Record<Exclude<OrderEventKind, 'TradeExecuted'>, number>> = {
  OrderAccepted: KIND_CODES.get('ACCEPTED') as number,
  OrderRejected: KIND_CODES.get('REJECTED') as number,
  OrderAmended: KIND_CODES.get('AMENDED') as number,
  OrderCanceled: KIND_CODES.get('CANCELED') as number,
  AmendRejected: KIND_CODES.get('AMEND_REJECTED') as number,
  CancelRejected: KIND_CODES.get('CANCEL_REJECTED') as number,
}

const REASON_CODES = codesOf(EVENT_REASONS)
const BUY_CODE = 1
const SELL_CODE = 2

/** The codes of words by option bits. */
const byOptions = <W extends string>(words: readonly W[], wordOf: (options: number) => W): Int32Array => {
  const codes = codesOf(words)
  return Int32Array.from({ length: OPTIONS_END }, (_, options) => codes.get(wordOf(options)) as number)
}
const TYPE_CODES = byOptions(ORDER_TYPES, typeOf)
const TIME_IN_FORCE_CODES = byOptions(TIMES_IN_FORCE, timeInForceOf)
const SELF_TRADE_PREVENTION_CODES = byOptions(SELF_TRADE_PREVENTIONS, selfTradePreventionOf)

/** The optional fields without an option bit, each in a column. */
const EXTRA_FIELDS = OPTIONAL_FIELDS.filter(({ optionBits }) => optionBits === undefined)

export class OrderRows extends GatheredRows {
  private readonly kind = new WordColumn(KINDS)
  private readonly symbol: NameColumn
  private readonly account = new NameColumn()
  private readonly orderId = new TextColumn()
  private readonly side = new WordColumn(SIDES)
  private readonly type = new WordColumn(ORDER_TYPES)
  private readonly timeInForce = new WordColumn(TIMES_IN_FORCE)
  private readonly quantity = new DecimalColumn(false)
  private readonly price = new DecimalColumn(true)
  private readonly postOnly = new FlagColumn()
  private readonly selfTradePrevention = new WordColumn(SELF_TRADE_PREVENTIONS)
  private readonly extras = EXTRA_FIELDS.map((field) => new FieldColumn(field))
  private readonly reason = new WordColumn(EVENT_REASONS)
  private readonly remaining = new DecimalColumn(false)
  private readonly priorityKept = new FlagColumn()
  private readonly eventNumber = new CountColumn()
  private readonly timestamp = new CountColumn()
  private readonly requestId = new TextColumn()

  /** `symbols`: the table of TermsBySymbol; `room`: rows that are expected. */
  constructor(day: string, room: number, symbols: NameTable) {
    super('orders', day)
    this.symbol = new NameColumn(symbols)
    this.arrange(room, {
      kind: this.kind,
      symbol: this.symbol,
      account: this.account,
      orderid: this.orderId,
      side: this.side,
      type: this.type,
      timeinforce: this.timeInForce,
      quantity: this.quantity,
      price: this.price,
      postonly: this.postOnly,
      selftradeprevention: this.selfTradePrevention,
      ...Object.fromEntries(this.extras.map(({ field, column }) => [requestNameOf(field).toLowerCase(), column])),
      reason: this.reason,
      remaining: this.remaining,
      prioritykept: this.priorityKept,
      eventnumber: this.eventNumber,
      timestamp: this.timestamp,
      requestid: this.requestId,
    })
  }

  add(event: LakeEvent, kind: keyof typeof CODE_OF_KIND, names: EventNames, terms: SymbolTerms): void {
    const row = this.nextRow()
    const { reason } = event
    this.kind.codes[row] = CODE_OF_KIND[kind]
    this.symbol.codes[row] = terms.number
    this.account.add(row, names.accounts, names.account)
    this.orderId.add(row, names.orderView, names.orderIdAt)
    this.requestId.add(row, names.view, names.requestIdAt)
    this.eventNumber.set(row, event.number)
    this.timestamp.set(row, event.timestampMs)
    if (reason !== undefined) this.reason.codes[row] = REASON_CODES.get(reason as EventReason) as number
    // The extras of an order that enters have its echo fields too.
    const entering = kind === 'OrderAccepted' || kind === 'OrderRejected'
    const optional = entering ? event.extras : event.echo
    if (optional !== undefined) for (const extra of this.extras) extra.add(row, optional, terms)
    switch (kind) {
      case 'OrderAccepted':
        this.addTerms(row, event, terms)
        this.remaining.set(row, event.quantity, terms.lot)
        break
      case 'OrderRejected':
        this.addTerms(row, event, terms)
        break
      case 'OrderAmended':
        this.side.codes[row] = event.sells ? SELL_CODE : BUY_CODE
        this.quantity.set(row, event.quantity, terms.lot)
        this.price.set(row, event.price, terms.tick)
        this.remaining.set(row, event.open, terms.lot)
        this.priorityKept.set(row, event.priorityKept)
        break
      case 'OrderCanceled':
        this.side.codes[row] = event.sells ? SELL_CODE : BUY_CODE
        this.remaining.set(row, event.quantity, terms.lot)
        break
      default:
        kind satisfies 'AmendRejected' | 'CancelRejected'
    }
  }

  /** The terms of an order that enters, or would. */
  private addTerms(row: number, event: LakeEvent, terms: SymbolTerms): void {
    const { options, price } = event
    this.side.codes[row] = event.sells ? SELL_CODE : BUY_CODE
    this.type.codes[row] = TYPE_CODES[options]
    this.timeInForce.codes[row] = TIME_IN_FORCE_CODES[options]
    this.quantity.set(row, event.quantity, terms.lot)
    if (price !== 0) this.price.set(row, price, terms.tick)
    this.postOnly.set(row, isPostOnly(options))
    this.selfTradePrevention.codes[row] = SELF_TRADE_PREVENTION_CODES[options]
  }
}
