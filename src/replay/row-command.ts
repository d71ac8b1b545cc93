/**
 * Converts a row to a command. `created` is a good-till-canceled limit order, `deleted` with remaining volume is
 * its cancel. `changed`, and `deleted` without remaining volume, are fills of the venue. They are not sent, because
 * the engine must find them itself. Orders are checked by order entry like those of a request.
 */

import { quantityOf } from '../entry/decimals.ts'
import type { EntryCode, EntryRejection } from '../entry/entry-codes.ts'
import { placeOrderCommand } from '../entry/place-order-command.ts'
import type { CancelOrder, PlaceOrder } from '../protocol/command/commands.ts'
import type { Instrument } from '../protocol/instrument/instrument.ts'
import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import { Rejection } from '../protocol/rejection.ts'
import { formatStepsShort } from '../protocol/units.ts'
import { FeedError, SATOSHI, type VenueRow } from './venue-row.ts'

/** No command: a fill of the venue, or an order beyond the limits of this exchange. */
export type NoCommand = 'venue_fill' | 'skipped'

/** A venue may have orders without price or volume, or beyond the limits of this exchange. They are skipped. */
const SKIPPED: readonly string[] = [
  'quantity_not_positive',
  'quantity_too_large',
  'quantity_below_minimum',
  'quantity_above_maximum',
  'price_not_positive',
  'price_too_large',
] satisfies EntryCode[]

/** The command of a row. Throws the {@link FeedError} of {@link orderOf}. */
export function rowCommand(
  row: VenueRow,
  instrument: ListedInstrument,
  account: string,
): PlaceOrder | CancelOrder | NoCommand {
  if (row.action === 'created') return orderOf(row, instrument, account) ?? 'skipped'
  if (row.action === 'changed' || row.volume === 0) return 'venue_fill'
  return { kind: 'CancelOrder', symbol: instrument.symbol, account, orderId: row.id }
}

/**
 * The order of a `created` row; undefined if it is skipped. Throws {@link FeedError} for any other rejection of
 * order entry: if prices are off the tick, the feed is of another instrument.
 */
export function orderOf(row: VenueRow, instrument: ListedInstrument, account: string): PlaceOrder | undefined {
  const fields = {
    orderId: row.id,
    symbol: instrument.symbol,
    side: row.side,
    type: 'LIMIT',
    timeInForce: 'GTC',
    price: row.price,
    quantity: formatStepsShort(row.volume, SATOSHI),
  }
  const order = placeOrderCommand(fields, {
    instruments: new Map([[instrument.symbol, instrument]]),
    account,
    nowMs: row.timestampMs,
    newOrderId: () => row.id,
  })
  if (!(order instanceof Rejection)) return order
  if (SKIPPED.includes(order.code)) return undefined
  throw refusal(row, order)
}

/** A row's volume in lots of the instrument; Infinity above its largest quantity. */
export function lotsOf(row: VenueRow, instrument: Instrument): number {
  if (row.volume === 0) return 0
  const quantity = quantityOf(formatStepsShort(row.volume, SATOSHI), instrument)
  if (!(quantity instanceof Rejection)) return quantity
  if (quantity.code === 'quantity_too_large') return Number.POSITIVE_INFINITY
  throw refusal(row, quantity)
}

function refusal(row: VenueRow, rejection: EntryRejection): FeedError {
  const what = `price ${row.price}, volume ${row.volume}`
  return new FeedError(`line ${row.line}: ${what}: ${rejection.detail} Is --symbol the instrument of this feed?`)
}
