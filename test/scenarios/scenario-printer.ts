/**
 * Prints a scenario with its outcome, with columns aligned over the whole file. Reading the printed text gives the same
 * scenario again, so a generated run that failed can be kept as a scenario file.
 */

import type { Command } from '../../src/protocol/command/commands.ts'
import type { InstrumentTerms, OperatorNote } from '../../src/protocol/command/operator-commands.ts'
import type { Event } from '../../src/protocol/event/events.ts'
import type { Instrument } from '../../src/protocol/instrument/instrument.ts'
import { PRICE_TICKS_MAX } from '../../src/protocol/limits.ts'
import type { OrderRecord } from '../../src/protocol/records.ts'
import { formatSteps, formatStepsShort } from '../../src/protocol/units.ts'
import type { BookListing, ListedLevel } from '../model/tested-exchange.ts'
import type { Outcome, Scenario } from './scenario.ts'

/** A line of the table: its beginning, an order, side, quantity and price in columns, and the rest. */
interface Row {
  readonly lead: string
  readonly order?: string
  readonly side?: string
  readonly quantity?: string
  readonly price?: string
  readonly rest?: string
}

export function printScenario(scenario: Scenario, outcomes: readonly Outcome[]): string {
  const lines = align(outcomes.flatMap((outcome) => outcomeRows(outcome, scenario.instrument)))
  return `${[...scenario.heading, ...spaced(lines)].join('\n').replace(/\n\n\n+/g, '\n\n')}\n`
}

function outcomeRows(outcome: Outcome, instrument: Instrument): Row[] {
  switch (outcome.kind) {
    case 'at':
      return [{ lead: `> at ${outcome.timestampMs}` }]
    case 'apply': {
      const events = outcome.events.map((event) => eventRow(event, instrument, outcome.timestampMs))
      return [commandRow(outcome.command, instrument), ...events]
    }
    case 'book':
      return [{ lead: '> book' }, ...bookRows(outcome.book, instrument)]
    case 'orders':
      return [{ lead: '> orders' }, ...outcome.orders.map((order) => recordRow(order, instrument))]
  }
}

/** Puts empty lines around steps that are not commands. */
function spaced(lines: readonly string[]): string[] {
  let question = false
  return lines.flatMap((line) => {
    if (!line.startsWith('>')) return [line]
    const before = question
    question = line === '> book' || line === '> orders'
    return before || question || line.startsWith('> at ') ? ['', line] : [line]
  })
}

function align(rows: readonly Row[]): string[] {
  const table = rows.filter((row) => row.order !== undefined)
  const width = (cell: (row: Row) => string | undefined) => Math.max(0, ...table.map((row) => (cell(row) ?? '').length))
  const leads = width((row) => row.lead)
  const orders = width((row) => row.order)
  const sides = width((row) => row.side)
  const quantities = width((row) => row.quantity)
  const prices = width((row) => row.price)
  return rows.map((row) => {
    if (row.order === undefined) return `${row.lead}${row.rest === undefined ? '' : `  ${row.rest}`}`
    const price = row.price === undefined ? ' '.repeat(prices + 3) : ` @ ${row.price.padStart(prices)}`
    const cells = [
      row.lead.padEnd(leads),
      row.order.padEnd(orders),
      (row.side ?? '').padEnd(sides),
      (row.quantity ?? '').padStart(quantities) + price,
      row.rest ?? '',
    ]
    return cells.join('  ').trimEnd()
  })
}

function commandRow(command: Command, { tick, lot }: Instrument): Row {
  switch (command.kind) {
    case 'PlaceOrder': {
      const { side, timeInForce, postOnly, selfTradePrevention: mode } = command
      const lifetime = timeInForce === 'GTD' ? `GTD ${command.expiresAtMs}` : timeInForce === 'GTC' ? '' : timeInForce
      const rest = [lifetime, postOnly ? 'post-only' : '', mode ?? ''].filter(Boolean).join(' ')
      const price = command.price === undefined ? 'market' : formatSteps(command.price, tick)
      return {
        lead: '> place',
        order: nameOf(command),
        side,
        quantity: formatStepsShort(command.quantity, lot),
        price,
        rest,
      }
    }
    case 'CancelOrder':
      return { lead: '> cancel', order: nameOf(command) }
    case 'CancelAllOrders':
      return {
        lead: '> cancel-all',
        order: command.account,
        ...(command.symbol === undefined && { rest: 'everywhere' }),
      }
    case 'AmendOrder':
      return {
        lead: '> amend',
        order: nameOf(command),
        ...(command.quantity !== undefined && { quantity: formatStepsShort(command.quantity, lot) }),
        ...(command.price !== undefined && { price: formatSteps(command.price, tick) }),
      }
    case 'SetPriceBand': {
      const [low, high] = [command.low, command.high].map((b) => (b === undefined ? 'none' : formatSteps(b, tick)))
      return { lead: `> band ${low} to ${high}${operatorText(command)}` }
    }
    case 'ChangePhase':
      return { lead: `> phase ${command.phase}${operatorText(command)}` }
    case 'DefineInstrument':
      return { lead: `> define ${termsText(command)}${operatorText(command)}` }
    case 'ChangeInstrument': {
      const base = command.base === undefined ? '' : ` base ${command.base}`
      const quote = command.quote === undefined ? '' : ` quote ${command.quote}`
      return { lead: `> change-instrument${base}${quote}${boundsText(command)}${operatorText(command)}` }
    }
    case 'CloseInstrument':
      return { lead: `> close-instrument${operatorText(command)}` }
    case 'AdoptRules': {
      const everywhere = command.symbol === undefined ? ' everywhere' : ''
      return { lead: `> adopt-rules ${command.rules}${everywhere}${operatorText(command)}` }
    }
    case 'AdvanceTime':
      return { lead: '> advance' }
  }
}

function eventRow(event: Event, { tick, lot }: Instrument, commandMs: number): Row {
  const later = event.timestampMs === commandMs ? '' : `at ${event.timestampMs}`
  const lead = (verb: string) => `${String(event.number).padStart(5)}  ${verb}`
  switch (event.kind) {
    case 'OrderAccepted':
      return { lead: lead('accepted'), order: nameOf(event), rest: later }
    case 'OrderRejected':
      return { lead: lead('rejected'), order: nameOf(event), rest: `${event.reason} ${later}` }
    case 'TradeExecuted':
      return {
        lead: lead('trade'),
        order: `${event.takerAccount}/${event.takerOrderId}`,
        side: event.takerSide,
        quantity: formatStepsShort(event.quantity, lot),
        price: formatSteps(event.price, tick),
        rest: `maker ${event.makerAccount}/${event.makerOrderId} ${later}`,
      }
    case 'OrderCanceled':
      return {
        lead: lead('canceled'),
        order: nameOf(event),
        quantity: formatStepsShort(event.quantity, lot),
        rest: `${event.reason} ${later}`,
      }
    case 'OrderAmended':
      return {
        lead: lead('amended'),
        order: nameOf(event),
        quantity: formatStepsShort(event.quantity, lot),
        price: formatSteps(event.price, tick),
        rest: `${event.priorityKept ? 'keeps its place' : 'goes to the back'} ${later}`,
      }
    case 'CancelRejected':
      return { lead: lead('cancel rejected'), order: nameOf(event), rest: `${event.reason} ${later}` }
    case 'AmendRejected':
      return { lead: lead('amend rejected'), order: nameOf(event), rest: `${event.reason} ${later}` }
    case 'PhaseChanged':
      return { lead: lead(`phase ${event.phase}${operatorText(event)}`) }
    case 'PriceBandSet': {
      const [low, high] = [event.low, event.high].map((b) => (b === undefined ? 'none' : formatSteps(b, tick)))
      return { lead: lead(`band ${low} to ${high}${operatorText(event)}`) }
    }
    case 'InstrumentDefined':
      return { lead: lead(`defined ${termsText(event)}${operatorText(event)}`) }
    case 'InstrumentChanged':
      return { lead: lead(`changed ${termsText(event)}${operatorText(event)}`) }
    case 'InstrumentClosed':
      return { lead: lead(`closed${operatorText(event)}`) }
    case 'RulesAdopted':
      return { lead: lead(`rules ${event.rules}${operatorText(event)}`) }
    case 'ControlRejected':
      return { lead: lead('control rejected'), rest: `${event.reason}${operatorText(event)}` }
  }
}

/** Asks above bids, best prices in the middle, as in a trader's price ladder. */
function bookRows(book: BookListing, instrument: Instrument): Row[] {
  const { tick } = instrument
  const asks = [...book.asks].reverse().map((level) => levelLine('ask', level, instrument))
  const bids = book.bids.map((level) => levelLine('bid', level, instrument))
  const lines = asks.length + bids.length === 0 ? ['empty'] : [...asks, ...bids]
  if (book.lastTradePrice > 0) lines.push(`last trade @ ${formatSteps(book.lastTradePrice, tick)}`)
  if (book.phase !== 'CONTINUOUS') lines.push(`phase ${book.phase}`)
  if (book.bandLow > 1 || book.bandHigh < PRICE_TICKS_MAX) {
    const low = book.bandLow > 1 ? formatSteps(book.bandLow, tick) : 'none'
    const high = book.bandHigh < PRICE_TICKS_MAX ? formatSteps(book.bandHigh, tick) : 'none'
    lines.push(`band ${low} to ${high}`)
  }
  return lines.map((line) => ({ lead: `       ${line}` }))
}

function levelLine(side: string, level: ListedLevel, { tick, lot }: Instrument): string {
  const orders = level.orders.map((order) => `${nameOf(order)} ${formatStepsShort(order.remaining, lot)}`)
  return `${side} ${formatStepsShort(level.total, lot)} @ ${formatSteps(level.price, tick)}  =  ${orders.join(' + ')}`
}

function recordRow(order: OrderRecord, { tick, lot }: Instrument): Row {
  const filled = `filled ${order.filled === 0 ? '0' : formatStepsShort(order.filled, lot)}`
  const fills = order.fills.length > 0 ? ` in trades ${order.fills.join(' ')}` : ''
  return {
    lead: '',
    order: nameOf(order),
    side: order.side,
    quantity: formatStepsShort(order.quantity, lot),
    price: order.price === null ? 'market' : formatSteps(order.price, tick),
    rest: `${order.status} ${order.reason ?? ''} ${filled}${fills}`.replace(/ +/g, ' '),
  }
}

function termsText(terms: InstrumentTerms): string {
  return `${terms.base} ${terms.quote} tick ${terms.tickSize} lot ${terms.lotSize}${boundsText(terms)}`
}

function boundsText({ minQuantity, maxQuantity }: Partial<InstrumentTerms>): string {
  const min = minQuantity === undefined ? '' : ` min ${minQuantity}`
  return maxQuantity === undefined ? min : `${min} max ${maxQuantity}`
}

function operatorText({ operator, operatorKey, operatorReason }: OperatorNote): string {
  const by = operator === undefined ? '' : ` by ${operator}`
  const key = operatorKey === undefined ? '' : ` key ${operatorKey}`
  return operatorReason === undefined ? `${by}${key}` : `${by}${key} because ${operatorReason}`
}

const nameOf = (order: { readonly account: string; readonly orderId: string }): string =>
  `${order.account}/${order.orderId}`
