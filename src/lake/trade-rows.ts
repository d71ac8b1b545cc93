/** A row of the table `trades` for each TradeExecuted. lake-columns.ts says what it means. */

import { ECHO_FIELDS, TRADE_ECHO_FIELDS } from '../protocol/order/echo-fields.ts'
import { SIDES } from '../protocol/order/order-words.ts'
import { CountColumn } from './columns/count-column.ts'
import { DecimalColumn } from './columns/decimal-column.ts'
import { FieldColumn } from './columns/field-column.ts'
import { NameColumn } from './columns/name-column.ts'
import type { NameTable } from './columns/name-table.ts'
import { TextColumn } from './columns/text-column.ts'
import { TradeIdColumn } from './columns/trade-id-column.ts'
import { WordColumn } from './columns/word-column.ts'
import type { EventNames } from './event-names.ts'
import { GatheredRows } from './gathered-rows.ts'
import type { LakeEvent } from './lake-event.ts'
import type { SymbolTerms } from './symbol-terms.ts'

const BUY_CODE = 1
const SELL_CODE = 2

export class TradeRows extends GatheredRows {
  private readonly symbol: NameColumn
  private readonly tradeNumber = new CountColumn()
  private readonly eventNumber = new CountColumn()
  private readonly price = new DecimalColumn(true)
  private readonly quantity = new DecimalColumn(false)
  private readonly takerSide = new WordColumn(SIDES)
  private readonly makerAccount = new NameColumn()
  private readonly makerOrderId = new TextColumn()
  private readonly takerAccount = new NameColumn()
  private readonly takerOrderId = new TextColumn()
  private readonly timestamp = new CountColumn()
  private readonly requestId = new TextColumn()
  private readonly makerEcho = ECHO_FIELDS.map((field) => new FieldColumn(field))
  private readonly takerEcho = ECHO_FIELDS.map((field) => new FieldColumn(field))

  /** `symbols`: the table of TermsBySymbol; `room`: rows that are expected. */
  constructor(day: string, room: number, symbols: NameTable) {
    super('trades', day)
    this.symbol = new NameColumn(symbols)
    const echo = [...this.makerEcho, ...this.takerEcho].map(({ column }, i) => [
      TRADE_ECHO_FIELDS[i].name.toLowerCase(),
      column,
    ])
    this.arrange(room, {
      tradeid: new TradeIdColumn(this.symbol, this.tradeNumber),
      symbol: this.symbol,
      tradenumber: this.tradeNumber,
      eventnumber: this.eventNumber,
      price: this.price,
      quantity: this.quantity,
      takerside: this.takerSide,
      makeraccount: this.makerAccount,
      makerorderid: this.makerOrderId,
      takeraccount: this.takerAccount,
      takerorderid: this.takerOrderId,
      timestamp: this.timestamp,
      requestid: this.requestId,
      ...Object.fromEntries(echo),
    })
  }

  add(event: LakeEvent, names: EventNames, terms: SymbolTerms): void {
    const row = this.nextRow()
    const { accounts, orderView } = names
    const { echo, takerEcho } = event
    this.symbol.codes[row] = terms.number
    this.tradeNumber.set(row, event.tradeNumber)
    this.eventNumber.set(row, event.number)
    this.price.set(row, event.price, terms.tick)
    this.quantity.set(row, event.quantity, terms.lot)
    this.takerSide.codes[row] = event.takerSells ? SELL_CODE : BUY_CODE
    this.makerAccount.add(row, accounts, names.account)
    this.makerOrderId.add(row, orderView, names.orderIdAt)
    this.takerAccount.add(row, accounts, names.takerAccount)
    this.takerOrderId.add(row, orderView, names.takerOrderIdAt)
    this.timestamp.set(row, event.timestampMs)
    this.requestId.add(row, names.view, names.requestIdAt)
    if (echo !== undefined) for (const field of this.makerEcho) field.add(row, echo, terms)
    if (takerEcho !== undefined) for (const field of this.takerEcho) field.add(row, takerEcho, terms)
  }
}
