/**
 * Generated commands of every kind for one symbol. There are few accounts, ids and prices, so that orders trade, ids
 * repeat while an order is open and after it has closed, and cancels and amendments concern open, closed and unknown
 * orders. Some values are at the limit of their range. Time does not change, increases slowly, jumps, or decreases, which
 * the exchange must ignore.
 */

import * as fc from 'fast-check'
import type { AmendOrder, Command, PlaceOrder } from '../../src/protocol/command/commands.ts'
import type {
  ChangeInstrument,
  ChangePhase,
  CloseInstrument,
  DefineInstrument,
  InstrumentTerms,
  OperatorCommand,
  SetPriceBand,
} from '../../src/protocol/command/operator-commands.ts'
import { PHASES } from '../../src/protocol/command/trading-phases.ts'
import { PRICE_TICKS_MAX, QUANTITY_LOTS_MAX } from '../../src/protocol/limits.ts'
import { SELF_TRADE_PREVENTIONS, SIDES, type Side } from '../../src/protocol/order/order-words.ts'
import { lots, type Ticks, ticks } from '../../src/protocol/units.ts'
import { RULES_NEWEST, RULES_OLDEST } from '../../src/protocol/versions.ts'

export interface TimedCommand {
  readonly command: Command
  readonly timestampMs: number
}

/** The instrument of a run, the maximum of orders in its book, and its first rules. */
export interface Market {
  readonly symbol: string
  readonly ordersMax: number
  readonly rules: number
}

/** The instrument before any command defines one. */
export const TEST_TERMS: InstrumentTerms = { base: 'TST', quote: 'USD', tickSize: '0.01', lotSize: '0.1' }

export const SYMBOL = 'TEST'

const account = fc.constantFrom('ann', 'bob', 'cat', 'dan')
const orderId = fc.integer({ min: 1, max: 12 }).map(String)
const requestId = fc.option(fc.constantFrom('r1', 'r2'), { nil: undefined, freq: 8 })
const name = { symbol: fc.constant(SYMBOL), account, orderId, requestId }

const price = fc
  .oneof(
    { weight: 60, arbitrary: fc.integer({ min: 96, max: 104 }) },
    { weight: 20, arbitrary: fc.integer({ min: 60, max: 140 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: PRICE_TICKS_MAX }) },
    { weight: 1, arbitrary: fc.constantFrom(1, 2, PRICE_TICKS_MAX - 1, PRICE_TICKS_MAX) },
  )
  .map(ticks)

const quantity = fc
  .oneof(
    { weight: 90, arbitrary: fc.integer({ min: 1, max: 12 }) },
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }) },
    { weight: 2, arbitrary: fc.constantFrom(QUANTITY_LOTS_MAX, QUANTITY_LOTS_MAX - 1, 2 ** 52) },
  )
  .map(lots)

/** Removes undefined fields, because a command has none. */
const present = <T extends object>(value: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T

const lifetime = fc.oneof(
  { weight: 6, arbitrary: fc.constant('GTC' as const) },
  { weight: 1, arbitrary: fc.constant('IOC' as const) },
  { weight: 1, arbitrary: fc.constant('FOK' as const) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 60 }) },
)

/** Bids are slightly lower than asks, so that most orders rest and the book grows. */
const leaning = (price: Ticks, side: Side): Ticks =>
  price < 10 || price > 1_000 ? price : ticks(side === 'BUY' ? price - 4 : price + 4)

/** Fields in the sequence in which the gateway and the codec write them, so that events are equal byte by byte. */
const placeOrder = fc
  .record({
    ...name,
    side: fc.constantFrom(...SIDES),
    type: fc.oneof(
      { weight: 9, arbitrary: fc.constant('LIMIT' as const) },
      { weight: 1, arbitrary: fc.constant('MARKET' as const) },
    ),
    price,
    quantity,
    lifetime,
    postOnly: fc.constantFrom(true, ...Array<undefined>(7)),
    selfTradePrevention: fc.option(fc.constantFrom(...SELF_TRADE_PREVENTIONS), { nil: undefined }),
    tag: fc.constantFrom('a "tag"', 'Zürich 🏔', ...Array<undefined>(4)),
  })
  .map(({ lifetime, price, ...order }) =>
    present<PlaceOrder>({
      kind: 'PlaceOrder',
      symbol: order.symbol,
      account: order.account,
      orderId: order.orderId,
      side: order.side,
      type: order.type,
      timeInForce: typeof lifetime === 'number' ? 'GTD' : lifetime,
      quantity: order.quantity,
      price: order.type === 'LIMIT' ? leaning(price, order.side) : undefined,
      postOnly: order.postOnly,
      selfTradePrevention: order.selfTradePrevention,
      expiresAtMs: typeof lifetime === 'number' ? lifetime : undefined,
      tag: order.tag,
      requestId: order.requestId,
    }),
  )

const amendOrder = fc
  .record({
    ...name,
    change: fc.oneof(fc.record({ price }), fc.record({ quantity }), fc.record({ price, quantity })),
  })
  .map(({ change, ...order }) => present<AmendOrder>({ kind: 'AmendOrder', ...order, ...change }))

const boundOf = (near: { min: number; max: number }) =>
  fc.option(fc.oneof({ weight: 5, arbitrary: fc.integer(near).map(ticks) }, { weight: 1, arbitrary: price }), {
    nil: undefined,
    freq: 2,
  })
const setPriceBand = fc
  .record({
    symbol: name.symbol,
    low: boundOf({ min: 60, max: 98 }),
    high: boundOf({ min: 102, max: 140 }),
    requestId,
  })
  .filter(({ low, high }) => low === undefined || high === undefined || low <= high)
  .map((band) => present<SetPriceBand>({ kind: 'SetPriceBand', ...band }))

const operator = {
  symbol: name.symbol,
  requestId,
  operator: fc.option(fc.constantFrom('ops', 'risk'), { nil: undefined }),
  operatorKey: fc.option(fc.constant('desk-1'), { nil: undefined }),
  operatorReason: fc.option(fc.constantFrom('a test', 'said "so"'), { nil: undefined }),
}

const changePhase = fc
  .record({
    ...operator,
    // Mostly CONTINUOUS, because otherwise few orders would trade.
    phase: fc.constantFrom('HALTED', 'CONTINUOUS', 'CONTINUOUS', 'CONTINUOUS', ...PHASES),
  })
  .map((change) => present<ChangePhase>({ kind: 'ChangePhase', ...change }))

const closeInstrument = fc
  .record(operator)
  .map((close) => present<CloseInstrument>({ kind: 'CloseInstrument', ...close }))

const bounds = {
  minQuantity: fc.option(fc.constantFrom('0.1', '1', '20'), { nil: undefined }),
  maxQuantity: fc.option(fc.constantFrom('10', '5000'), { nil: undefined }),
}
interface Bounds {
  readonly minQuantity: string | undefined
  readonly maxQuantity: string | undefined
}
/** A command that contradicts itself cannot be encoded; one that contradicts the instrument is rejected. */
const isPossible = ({ minQuantity = '0', maxQuantity = '5000' }: Bounds) => Number(minQuantity) <= Number(maxQuantity)
const defineInstrument = fc
  .record({
    ...operator,
    base: fc.constantFrom('TST', 'NEW'),
    quote: fc.constant('USD'),
    tickSize: fc.constantFrom('0.01', '0.01', '0.01', '0.05'),
    lotSize: fc.constant('0.1'),
    ...bounds,
  })
  .filter(isPossible)
  .map((define) => present<DefineInstrument>({ kind: 'DefineInstrument', ...define }))
const changeInstrument = fc
  .record({ ...operator, base: fc.constantFrom('TST', 'NEW'), ...bounds })
  .filter(isPossible)
  .map((change) => present<ChangeInstrument>({ kind: 'ChangeInstrument', ...change }))

const adoptRules = fc
  .record({
    ...operator,
    symbol: fc.option(name.symbol, { nil: undefined }),
    rules: fc.integer({ min: RULES_OLDEST, max: RULES_NEWEST }),
  })
  .map((adopt) => present<OperatorCommand>({ kind: 'AdoptRules', ...adopt } as never))

/** Operator commands alone, each kind as often as the others. */
export const anyOperatorCommand: fc.Arbitrary<OperatorCommand> = fc.oneof(
  changePhase,
  closeInstrument,
  defineInstrument,
  changeInstrument,
  adoptRules,
  setPriceBand,
)

export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 200, arbitrary: placeOrder },
  { weight: 20, arbitrary: fc.record(name).map((n) => present<Command>({ kind: 'CancelOrder', ...n } as never)) },
  { weight: 50, arbitrary: amendOrder },
  {
    weight: 2,
    arbitrary: fc
      .record({ symbol: name.symbol, account, requestId })
      .map((n) => present<Command>({ kind: 'CancelAllOrders', ...n } as never)),
  },
  { weight: 16, arbitrary: changePhase },
  { weight: 1, arbitrary: closeInstrument },
  // Otherwise a closed instrument would stay closed for most of the run.
  { weight: 8, arbitrary: defineInstrument },
  { weight: 2, arbitrary: changeInstrument },
  { weight: 2, arbitrary: adoptRules },
  { weight: 2, arbitrary: setPriceBand },
  // Otherwise a narrow band would stay for most of the run.
  { weight: 4, arbitrary: fc.constant<Command>({ kind: 'SetPriceBand', symbol: SYMBOL }) },
  {
    weight: 5,
    arbitrary: fc
      .record({ symbol: name.symbol, requestId })
      .map((base) => present<Command>({ kind: 'AdvanceTime', ...base } as never)),
  },
)

/** Milliseconds from one command to the next. */
const pause = fc.oneof(
  { weight: 12, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 1, arbitrary: fc.integer({ min: 5, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: -5, max: -1 }) },
)

/** Times from `startMs` on. The generated expiries are shifted by the same amount. */
export const timedCommands = (count: { minLength: number; maxLength: number }, startMs = 0) =>
  fc.array(fc.tuple(anyCommand, pause), { ...count, size: 'max' }).map((steps) => {
    let timestampMs = startMs
    return steps.map(([command, pauseMs]): TimedCommand => {
      timestampMs += pauseMs
      if (command.kind !== 'PlaceOrder' || command.expiresAtMs === undefined) return { command, timestampMs }
      return { command: { ...command, expiresAtMs: timestampMs - 5 + command.expiresAtMs }, timestampMs }
    })
  })

export const market: fc.Arbitrary<Market> = fc.record({
  symbol: fc.constant(SYMBOL),
  ordersMax: fc.constantFrom(2 ** 24, 2 ** 24, 2 ** 24, 10, 4),
  rules: fc.constantFrom(RULES_OLDEST, RULES_NEWEST),
})
