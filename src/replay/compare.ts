/**
 * Compares the filled quantity of each order at the venue and at this exchange. The venue's fills come from rows
 * that the replay does not send, so the two sides are independent. An order without a creation in the feed is
 * outside the comparison, because this exchange never received it.
 */

import type { PlaceOrder } from '../protocol/command/commands.ts'
import type { Instrument } from '../protocol/instrument/instrument.ts'
import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import { formatBigSteps, formatSteps, formatStepsShort, type Lots, lots } from '../protocol/units.ts'
import { lotsOf, orderOf } from './row-command.ts'
import type { RowTable } from './row-table.ts'

export interface Comparison {
  /** Orders that both sides had. */
  readonly orders: number
  /** Orders of the feed that were created before it begins. */
  readonly outside: number
  /** Orders that both sides filled by exactly the same quantity, which is often 0. */
  readonly agree: number
  readonly agreePercent: number
  /** Quantity of all orders, and the share of the agreeing orders. */
  readonly quantity: string
  readonly agreeQuantityPercent: number
  /** Orders that either side filled at least in part, and how many of them agree. */
  readonly filledOrders: number
  readonly filledAgree: number
  readonly filledAgreePercent: number
  readonly venueFilled: string
  readonly ourFilled: string
  /** The quantity that both sides filled, order by order, as a share of what either filled. */
  readonly overlapPercent: number
  readonly differences: readonly DifferenceClass[]
  /** The largest differences first. */
  readonly largest: readonly Difference[]
}

/** Orders whose difference is a part of their quantity up to `upToPercent`, above the class before. */
export interface DifferenceClass {
  readonly upToPercent: number
  readonly weFilledLess: number
  readonly weFilledMore: number
}

export interface Difference {
  readonly orderId: string
  readonly side: string
  readonly price: string
  readonly quantity: string
  readonly venueFilled: string
  readonly ourFilled: string
}

const CLASSES_PERCENT = [1, 10, 50, 99, 100]
const LARGEST_SHOWN = 5
/** Look-ups in parallel. */
const LOOK_UPS = 1_000

/** An order of the feed and what the venue filled of it. */
export interface VenueOrder {
  readonly order: PlaceOrder
  readonly filled: Lots
}

/** An order that differs, with the difference in lots: this exchange minus the venue. */
interface Gap {
  readonly venue: VenueOrder
  readonly ours: number
  readonly lots: number
}

/**
 * The orders of a feed by id, and the number of ids without a creation. An order's volume never increases, so the
 * smallest volume of its rows is the remainder at its end, also if rows are out of order.
 */
export function venueOrders(rows: RowTable, instrument: ListedInstrument): { orders: VenueOrder[]; outside: number } {
  const traces = new Map<string, { order: PlaceOrder | undefined; left: number }>()
  const refused = new Set<string>()
  for (const row of rows.inTimeOrder()) {
    let trace = traces.get(row.id)
    if (trace === undefined) {
      trace = { order: undefined, left: Number.POSITIVE_INFINITY }
      traces.set(row.id, trace)
    }
    trace.left = Math.min(trace.left, lotsOf(row, instrument))
    if (row.action !== 'created' || trace.order !== undefined) continue
    trace.order = orderOf(row, instrument, 'venue')
    if (trace.order === undefined) refused.add(row.id)
  }
  const orders: VenueOrder[] = []
  for (const { order, left } of traces.values()) {
    if (order !== undefined) orders.push({ order, filled: lots(Math.max(0, order.quantity - left)) })
  }
  return { orders, outside: traces.size - orders.length - refused.size }
}

/** Compares every order of the feed. `filledOf` returns undefined for an order that this exchange does not have. */
export async function compare(
  rows: RowTable,
  instrument: ListedInstrument,
  filledOf: (orderId: string) => Promise<number | undefined>,
): Promise<Comparison> {
  const { orders, outside } = venueOrders(rows, instrument)
  const total = { quantity: 0n, agreeQuantity: 0n, venue: 0n, ours: 0n, both: 0n, either: 0n }
  const gaps: Gap[] = []
  let filledOrders = 0
  for (let first = 0; first < orders.length; first += LOOK_UPS) {
    const part = orders.slice(first, first + LOOK_UPS)
    const fills = await Promise.all(part.map((venue) => filledOf(venue.order.orderId)))
    part.forEach((venue, i) => {
      const ours = fills[i] ?? 0
      const quantity = BigInt(venue.order.quantity)
      total.quantity += quantity
      total.venue += BigInt(venue.filled)
      total.ours += BigInt(ours)
      total.both += BigInt(Math.min(venue.filled, ours))
      total.either += BigInt(Math.max(venue.filled, ours))
      if (venue.filled > 0 || ours > 0) filledOrders++
      if (ours === venue.filled) total.agreeQuantity += quantity
      else gaps.push({ venue, ours, lots: ours - venue.filled })
    })
  }
  const filledAgree = filledOrders - gaps.length
  gaps.sort((a, b) => Math.abs(b.lots) - Math.abs(a.lots))
  return {
    orders: orders.length,
    outside,
    agree: orders.length - gaps.length,
    agreePercent: percent(BigInt(orders.length - gaps.length), BigInt(orders.length)),
    quantity: formatBigSteps(total.quantity, instrument.lot),
    agreeQuantityPercent: percent(total.agreeQuantity, total.quantity),
    filledOrders,
    filledAgree,
    filledAgreePercent: percent(BigInt(filledAgree), BigInt(filledOrders)),
    venueFilled: formatBigSteps(total.venue, instrument.lot),
    ourFilled: formatBigSteps(total.ours, instrument.lot),
    overlapPercent: percent(total.both, total.either),
    differences: classify(gaps),
    largest: gaps.slice(0, LARGEST_SHOWN).map((gap) => describe(gap, instrument)),
  }
}

function classify(gaps: readonly Gap[]): DifferenceClass[] {
  const classOf = (gap: Gap): number => {
    const part = (Math.abs(gap.lots) / gap.venue.order.quantity) * 100
    return CLASSES_PERCENT.findIndex((upTo) => part <= upTo)
  }
  return CLASSES_PERCENT.map((upToPercent, i) => {
    const here = gaps.filter((gap) => classOf(gap) === i)
    const weFilledLess = here.filter((gap) => gap.lots < 0).length
    return { upToPercent, weFilledLess, weFilledMore: here.length - weFilledLess }
  })
}

function describe({ venue: { order, filled }, ours }: Gap, { tick, lot }: Instrument): Difference {
  return {
    orderId: order.orderId,
    side: order.side,
    price: formatSteps(order.price as number, tick),
    quantity: formatStepsShort(order.quantity, lot),
    venueFilled: formatStepsShort(filled, lot),
    ourFilled: formatStepsShort(ours, lot),
  }
}

/** A percentage with two decimals, rounded down, so that 100 means all. 0 of 0 counts as 100. */
function percent(part: bigint, whole: bigint): number {
  return whole === 0n ? 100 : Number((part * 10_000n) / whole) / 100
}
