/** Trades, levels, candles and tickers as answers and messages show them: exact decimal text and RFC 3339 times. */

import { formatTimestamp } from '../entry/timestamps.ts'
import type { BookLevel, LevelText } from '../marketdata/book-level.ts'
import type { Candle } from '../protocol/candle.ts'
import { tradeIdOf } from '../protocol/event/events.ts'
import type { Instrument } from '../protocol/instrument/instrument.ts'
import type { Ticker } from '../protocol/ticker.ts'
import type { ShownTrade } from '../protocol/trade-record.ts'
import { formatBigSteps, formatSteps, formatStepsShort, type Step } from '../protocol/units.ts'

/** Decimals of a change in percent. */
const PERCENT = 100

/** A time of an event; null before the first event of a symbol. */
export const eventTime = (timestampMs: number): string | null =>
  timestampMs === 0 ? null : formatTimestamp(timestampMs)

/** The time of the exchange. */
export const timeResource = (timestampMs: number) => ({ timestamp: formatTimestamp(timestampMs), timestampMs })

export function tradeResource(trade: ShownTrade, { symbol, tick, lot }: Instrument) {
  return {
    tradeId: tradeIdOf(symbol, trade.tradeNumber),
    price: formatSteps(trade.price, tick),
    quantity: formatStepsShort(trade.quantity, lot),
    takerSide: trade.takerSide,
    timestamp: formatTimestamp(trade.timestampMs),
    sequence: trade.eventNumber,
  }
}

/** {@link tradeResource} as JSON, which JSON.stringify makes four times slower. Its texts need no escapes. */
export const tradeText = (trade: ShownTrade, { symbol, tick, lot }: Instrument): string =>
  `{"tradeId":"${tradeIdOf(symbol, trade.tradeNumber)}","price":"${formatSteps(trade.price, tick)}",` +
  `"quantity":"${formatStepsShort(trade.quantity, lot)}","takerSide":"${trade.takerSide}",` +
  `"timestamp":"${formatTimestamp(trade.timestampMs)}","sequence":${trade.eventNumber}}`

/** A level as the checksum and the messages of books have it. */
export const levelText = ({ price, quantity, orders }: BookLevel, { tick, lot }: Instrument): LevelText => [
  formatSteps(price, tick),
  formatStepsShort(quantity, lot),
  orders,
]

/** `closed`: the interval of the candle has ended. */
export function candleResource(candle: Candle, closed: boolean, { tick, lot }: Instrument) {
  return {
    start: formatTimestamp(candle.startMs),
    open: formatSteps(candle.open, tick),
    high: formatSteps(candle.high, tick),
    low: formatSteps(candle.low, tick),
    close: formatSteps(candle.close, tick),
    volume: formatBigSteps(candle.volume, lot),
    quoteVolume: formatBigSteps(candle.quoteVolume, productOf(tick, lot)),
    count: candle.count,
    closed,
  }
}

/** The last 24 hours. `ticker` is undefined before the first trade of the symbol. */
export function windowResource(ticker: Ticker | undefined, { tick, lot }: Instrument) {
  const { last = null, open = null, high = null, low = null, change = null } = ticker ?? {}
  const price = (ticks: number | null) => (ticks === null ? null : formatSteps(ticks, tick))
  return {
    last: price(last),
    open: price(open),
    high: price(high),
    low: price(low),
    volume: formatBigSteps(ticker?.volume ?? 0n, lot),
    quoteVolume: formatBigSteps(ticker?.quoteVolume ?? 0n, productOf(tick, lot)),
    count: ticker?.count ?? 0,
    change: change === null ? null : signed(change, tick),
    changePercent: change === null || open === null ? null : percentOf(change, open),
  }
}

/** The best level of each side. */
export function bestResource(bid: BookLevel | undefined, ask: BookLevel | undefined, instrument: Instrument) {
  const [bidPrice = null, bidQuantity = null] = bid === undefined ? [] : levelText(bid, instrument)
  const [askPrice = null, askQuantity = null] = ask === undefined ? [] : levelText(ask, instrument)
  return { bid: bidPrice, bidQuantity, ask: askPrice, askQuantity }
}

/** The size of one tick × lot, in which sums of price × quantity are counted. */
const productOf = (tick: Step, lot: Step): Step => ({
  decimals: tick.decimals + lot.decimals,
  multiple: tick.multiple * lot.multiple,
})

const signed = (ticks: number, tick: Step): string => `${ticks < 0 ? '-' : ''}${formatSteps(Math.abs(ticks), tick)}`

/**
 * A change in percent of a price, rounded half away from zero to 2 decimals. All numbers are whole and below 2^46, so
 * the quotient of the two doubles is on the right side of the next whole number.
 */
function percentOf(change: number, open: number): string {
  const hundredths = Math.floor((2 * Math.abs(change) * PERCENT * PERCENT + open) / (2 * open))
  return signed(change < 0 ? -hundredths : hundredths, { decimals: 2, multiple: 1 })
}
