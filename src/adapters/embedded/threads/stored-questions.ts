/** The questions about stored records, and their answers on the reader thread. */

import type { Fill, FillQuery } from '../../../ports/fill-reader.ts'
import type { CandleRange } from '../../../ports/market-reader.ts'
import type { OrderQuery, Page } from '../../../ports/order-reader.ts'
import type { Paced } from '../../../ports/paced.ts'
import type { TradeQuery } from '../../../ports/trade-reader.ts'
import type { IntervalCandle } from '../../../protocol/candle.ts'
import type { Interval } from '../../../protocol/candle-interval.ts'
import type { OrderRecord, TradeRecord } from '../../../protocol/records.ts'
import type { StoredRecords } from '../records/stored-records.ts'
import type { Asked } from './core-messages.ts'
import { candlesOf, candlesOfDay, newestCandles, type StoredMarket } from './stored-market.ts'

export interface StoredQuestions {
  order: { ask: { account: string; orderId: string }; answer: OrderRecord | undefined }
  orders: { ask: { account: string; query: OrderQuery }; answer: Page<OrderRecord> }
  /** Trades by number; undefined: not stored. */
  fills: { ask: { symbol: string; numbers: readonly number[] }; answer: (TradeRecord | undefined)[] }
  trades: { ask: { symbol: string; query: TradeQuery }; answer: TradeRecord[] }
  accountFills: { ask: { account: string; query: FillQuery }; answer: Page<Fill> }
  /** Candles of which those of the interval are made, and the last one before the range. */
  candles: { ask: { symbol: string; interval: Interval; range: CandleRange }; answer: StoredMarket }
  /** The same for the 24 hours of a time. */
  window: { ask: { symbol: string; nowMs: number }; answer: StoredMarket }
  /** The newest candle of each interval. */
  newest: { ask: { symbol: string }; answer: StoredMarket<IntervalCandle> }
  totals: { ask: { symbol: string }; answer: TradeTotals }
  /** Whether any order is stored. */
  hasOrders: { ask: Record<string, never>; answer: boolean }
}

export interface TradeTotals {
  readonly trades: number
  /** Sum of the quantities. */
  readonly lots: bigint
}

/** The answer to a question, in steps. Each step sees the commits that had ended when it began. */
export function* answerStored(store: StoredRecords, { question, ask }: Asked): Paced<unknown> {
  store.refresh()
  switch (question as keyof StoredQuestions) {
    case 'order': {
      const { account, orderId } = ask as StoredQuestions['order']['ask']
      return store.find(account, orderId)
    }
    case 'orders': {
      const { account, query } = ask as StoredQuestions['orders']['ask']
      return yield* store.page(account, query)
    }
    case 'fills': {
      const { symbol, numbers } = ask as StoredQuestions['fills']['ask']
      return numbers.map((number) => store.trades.find(symbol, number))
    }
    case 'trades': {
      const { symbol, query } = ask as StoredQuestions['trades']['ask']
      return store.trades.list(symbol, query)
    }
    case 'accountFills': {
      const { account, query } = ask as StoredQuestions['accountFills']['ask']
      if (store.isCatchingUp) throw new Error('the fills are being listed; try again later')
      return yield* store.fillsOfAccounts.page(account, query)
    }
    case 'candles': {
      const { symbol, interval, range } = ask as StoredQuestions['candles']['ask']
      return yield* candlesOf(store, symbol, interval, range)
    }
    case 'window': {
      const { symbol, nowMs } = ask as StoredQuestions['window']['ask']
      return candlesOfDay(store, symbol, nowMs)
    }
    case 'newest':
      return newestCandles(store, (ask as StoredQuestions['newest']['ask']).symbol)
    case 'hasOrders':
      return store.hasOrders
    case 'totals':
      return totals(store, (ask as StoredQuestions['totals']['ask']).symbol)
  }
}

/** In one step, because no client can ask it. */
function totals(store: StoredRecords, symbol: string): TradeTotals {
  let trades = 0
  let lots = 0n
  for (const trade of store.trades.allAfter(symbol, 0)) {
    trades++
    lots += BigInt(trade.quantity)
  }
  return { trades, lots }
}
